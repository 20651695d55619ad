package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A replica that follows a log which others keep. Belongs to its group's loop.
 *
 * <p>A snapshot says only how far the log was applied: channels and records are too much to be kept with each.
 */
final class FollowingReplica implements LogFollower {
    private static final int SNAPSHOT_VERSION = 1;

    private final Replica replica;
    private final NodeTable table;
    private @Nullable Exception failure;

    /** What may fail. */
    private interface Step<T> {
        T run() throws IOException;
    }

    FollowingReplica(Replica replica, NodeTable table) {
        this.replica = replica;
        this.table = table;
    }

    @Override
    public byte[] apply(long index, byte[] op) throws IOException {
        return carryOut(() -> {
            byte[] answer = replica.apply(index, op);
            replica.settle();
            if (replica.crowded()) {
                save();
            }
            return answer;
        });
    }

    @Override
    public void newTerm(long index) throws IOException {
        carryOut(() -> {
            replica.newTerm(index);
            return index;
        });
    }

    @Override
    public byte[] snapshot() throws IOException {
        return carryOut(() -> {
            save();
            return new ByteWriter(16)
                    .int8(SNAPSHOT_VERSION)
                    .number(replica.applied())
                    .toBytes();
        });
    }

    @Override
    public void restore(byte[] snapshot) throws IOException {
        carryOut(() -> {
            ByteReader in = new ByteReader(snapshot);
            int version = in.int8();
            if (version != SNAPSHOT_VERSION) {
                throw new CorruptDataException("The snapshot of group " + replica.group() + " has version " + version
                        + "; expected " + SNAPSHOT_VERSION);
            }
            long expected = in.number();
            if (replica.applied() < expected) {
                throw new MissingEntriesException(replica.group(), replica.applied(), expected);
            }
            return expected;
        });
    }

    private void save() throws IOException {
        if (!replica.changed()) {
            return;
        }
        var rows = replica.checkpoint();
        replica.sync();
        table.write(List.of(rows), table.folded());
        replica.saved();
    }

    private <T> T carryOut(Step<T> step) throws IOException {
        if (failure != null) {
            throw new IOException(
                    "The replica of group " + replica.group() + " was given up: " + failure.getMessage(), failure);
        }
        try {
            return step.run();
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw e;
        }
    }
}
