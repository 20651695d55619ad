package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;
import com.hazelcast.cp.internal.IndeterminateOperationStateAware;
import com.hazelcast.cp.internal.RaftOp;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;

/** Asks the leader of a group what it knows of it, as {@link LeaderStatus#of} reads it. A query: it never is in a log. */
final class LeaderStatusOp extends RaftOp implements IdentifiedDataSerializable, IndeterminateOperationStateAware {
    private static final int VERSION = 1;

    @Override
    public Object run(CPGroupId group, long commitIndex) {
        ChannelService service = getService();
        return service.status(group).toNumbers();
    }

    @Override
    protected String getServiceName() {
        return ChannelService.NAME;
    }

    @Override
    public boolean isRetryableOnIndeterminateOperationState() {
        return true;
    }

    @Override
    public int getFactoryId() {
        return CpFactory.ID;
    }

    @Override
    public int getClassId() {
        return CpFactory.LEADER_STATUS_OP;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(VERSION);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException(
                    "A question for what a leader knows has version " + version + "; expected " + VERSION);
        }
    }
}
