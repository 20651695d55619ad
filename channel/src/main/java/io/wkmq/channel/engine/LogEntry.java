package io.wkmq.channel.engine;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a group's log as stored in the node's log.
 *
 * @param op the operation; null for an entry that starts a new leadership term
 */
record LogEntry(int group, long index, byte @Nullable [] op) {
    private static final int NEW_TERM = 0;
    private static final int OP = 1;

    void write(ByteWriter out) {
        out.number(group).number(index);
        if (op == null) {
            out.int8(NEW_TERM);
        } else {
            out.int8(OP).block(op);
        }
    }

    static LogEntry read(ByteReader in) {
        int group = in.number(Integer.MAX_VALUE);
        long index = in.number();
        int kind = in.int8();
        return switch (kind) {
            case NEW_TERM -> new LogEntry(group, index, null);
            case OP -> new LogEntry(group, index, in.block());
            default -> throw new CorruptDataException("An entry of the log has kind " + kind + "; expected 0 or 1");
        };
    }

    /** Applies the entry and returns the answer. */
    byte[] applyTo(Replica replica) throws IOException {
        if (index > replica.applied() + 1) {
            throw new CorruptDataException(
                    "The log has entry " + index + " of group " + group + "; expected " + (replica.applied() + 1));
        }
        if (op == null) {
            replica.newTerm(index);
            return new byte[0];
        }
        return replica.apply(index, op);
    }
}
