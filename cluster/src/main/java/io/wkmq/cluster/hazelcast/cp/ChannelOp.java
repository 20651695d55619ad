package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;
import com.hazelcast.cp.internal.IndeterminateOperationStateAware;
import com.hazelcast.cp.internal.RaftOp;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import io.wkmq.channel.engine.IndeterminateException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Brings an operation of a group of channels into its Raft log. What is in it is the channels' business, with a version of its own. */
final class ChannelOp extends RaftOp implements IdentifiedDataSerializable, IndeterminateOperationStateAware {
    private static final int VERSION = 1;

    private byte @Nullable [] op;

    ChannelOp() {}

    ChannelOp(byte[] op) {
        this.op = op;
    }

    @Override
    public Object run(CPGroupId group, long commitIndex) throws IOException {
        ChannelService service = getService();
        byte[] answer = service.apply(group, commitIndex, op());
        if (!service.whole(group)) {
            // given back, not thrown, which means the same to who asked: followers would log it
            return new IndeterminateException(
                    "The leader of " + group.getName() + " is being filled: it has no answer", null);
        }
        return answer;
    }

    /** How many bytes it carries. */
    int bytes() {
        return op().length;
    }

    private byte[] op() {
        if (op == null) {
            throw new IllegalStateException("The operation was not read yet");
        }
        return op;
    }

    @Override
    protected String getServiceName() {
        return ChannelService.NAME;
    }

    /** Who proposed it tries again, and knows when not to. */
    @Override
    public boolean isRetryableOnIndeterminateOperationState() {
        return false;
    }

    @Override
    public int getFactoryId() {
        return CpFactory.ID;
    }

    @Override
    public int getClassId() {
        return CpFactory.CHANNEL_OP;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeByteArray(op());
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("An operation of channels has version " + version + "; expected " + VERSION);
        }
        op = in.readByteArray();
    }
}
