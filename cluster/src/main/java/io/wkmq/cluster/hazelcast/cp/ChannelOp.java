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

/**
 * Brings an operation of a group of channels into its Raft log. What it carries is the channels' business, with a version of its own. Raft
 * keeps it in memory long after it was applied: it can do so without what it carries, once that is in the log on disk. Belongs to the
 * group's thread, but can be written by any.
 */
final class ChannelOp extends RaftOp implements IdentifiedDataSerializable, IndeterminateOperationStateAware {
    private static final int VERSION = 1;

    /** Null if it was not read yet, or is kept elsewhere. */
    private volatile byte @Nullable [] op;

    private volatile @Nullable KeptOperation kept;
    private boolean applied;

    ChannelOp() {}

    ChannelOp(byte[] op) {
        this.op = op;
    }

    @Override
    public Object run(CPGroupId group, long commitIndex) throws IOException {
        ChannelService service = getService();
        byte[] answer;
        try {
            answer = service.apply(group, commitIndex, op());
        } finally {
            wasApplied(); // or what is behind it would never leave the memory
        }
        if (!service.whole(group)) {
            // given back, not thrown, which means the same to who asked: followers would log it
            return new IndeterminateException(
                    "The leader of " + group.getName() + " is being filled: it has no answer", null);
        }
        return answer;
    }

    /** How many bytes it carries. */
    int bytes() {
        KeptOperation elsewhere = kept;
        return elsewhere == null ? held().length : elsewhere.length();
    }

    /** It was applied here. */
    void wasApplied() {
        applied = true;
    }

    /** Whether it was applied here. */
    boolean applied() {
        return applied;
    }

    /** Whether what it carries is only on disk. */
    boolean kept() {
        return kept != null;
    }

    /** Gives up what it carries, which that store {@link CpStore#holds}. It is read from there when it is needed again. */
    void keepIn(CpStore store, CpGroup group, long index) {
        kept = KeptOperation.of(store, group, index, held());
        op = null; // behind: whoever finds nothing here finds it there
    }

    private byte[] op() throws IOException {
        byte[] here = op;
        if (here != null) {
            return here;
        }
        KeptOperation elsewhere = kept;
        return elsewhere == null ? held() : elsewhere.read();
    }

    private byte[] held() {
        byte[] here = op;
        if (here == null) {
            throw new IllegalStateException("The operation was not read yet");
        }
        return here;
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

    /** What it carries comes last: so it is found again in the log on disk. If it cannot be read there nothing is sent. */
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
