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
 * An entry of a Raft log that carries an operation of a group of channels as its payload. The payload is opaque here and has a version of
 * its own. Raft keeps entries in memory long after they were applied; the payload can be released once it is in the log on disk. Belongs to
 * the group's thread, but can be serialized by any.
 */
final class ChannelOp extends RaftOp implements IdentifiedDataSerializable, IndeterminateOperationStateAware {
    private static final int VERSION = 1;

    /** Null if it was not deserialized yet, or is kept elsewhere. */
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
            wasApplied(); // otherwise the payloads behind it would never leave the memory
        }
        if (!service.whole(group)) {
            // returned instead of thrown, which is the same to the asker: followers would log an exception
            return new IndeterminateException(
                    "The leader of " + group.getName() + " is being filled: it has no answer", null);
        }
        return answer;
    }

    /** Returns the length of the payload. */
    int bytes() {
        KeptOperation elsewhere = kept;
        return elsewhere == null ? held().length : elsewhere.length();
    }

    /** Records that the entry was applied here. */
    void wasApplied() {
        applied = true;
    }

    /** Returns whether the entry was applied here. */
    boolean applied() {
        return applied;
    }

    /** Returns whether the payload is on disk only. */
    boolean kept() {
        return kept != null;
    }

    /** Releases the payload, which the store {@link CpStore#holds}. It is read back from there when needed. */
    void keepIn(CpStore store, CpGroup group, long index) {
        kept = KeptOperation.of(store, group, index, held());
        op = null; // after the above: a reader that finds it null here finds it there
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

    /** The proposer retries by itself, and knows when not to. */
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

    /** The payload is written last, so that it can be located in the log on disk. If it cannot be read from there, nothing is sent. */
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
