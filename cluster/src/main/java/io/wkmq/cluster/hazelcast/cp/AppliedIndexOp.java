package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;
import com.hazelcast.cp.internal.IndeterminateOperationStateAware;
import com.hazelcast.cp.internal.RaftOp;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.wkmq.channel.engine.IndeterminateException;
import java.io.IOException;

/** Asks how far the leader of a group has applied its log: entries that concern no channels do not count. A query: it never is in a log. */
final class AppliedIndexOp extends RaftOp implements IdentifiedDataSerializable, IndeterminateOperationStateAware {
    private static final int VERSION = 1;

    @Override
    public Object run(CPGroupId group, long commitIndex) {
        ChannelService service = getService();
        if (!service.whole(group)) {
            // given back, not thrown, which means the same to who asked
            return new IndeterminateException(
                    "The leader of " + group.getName() + " is being filled: it has not applied its log", null);
        }
        return service.applied(group);
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
        return CpFactory.APPLIED_INDEX_OP;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(VERSION);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("A question for an applied index has version " + version + "; expected " + VERSION);
        }
    }
}
