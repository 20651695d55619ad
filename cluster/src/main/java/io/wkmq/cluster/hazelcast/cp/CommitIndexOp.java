package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;
import com.hazelcast.cp.internal.IndeterminateOperationStateAware;
import com.hazelcast.cp.internal.RaftOp;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;

/** Asks how far the log of a group is committed. A query: it never is in a log. */
final class CommitIndexOp extends RaftOp implements IdentifiedDataSerializable, IndeterminateOperationStateAware {
    private static final int VERSION = 1;

    @Override
    public Object run(CPGroupId group, long commitIndex) {
        return commitIndex;
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
        return CpFactory.COMMIT_INDEX_OP;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(VERSION);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("A question for a commit index has version " + version + "; expected " + VERSION);
        }
    }
}
