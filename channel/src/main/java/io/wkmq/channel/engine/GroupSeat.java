package io.wkmq.channel.engine;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The place of one reader among those that share the records of a channel: he is given some that nobody else has, and says of each what
 * became of it. Thread-safe.
 */
public final class GroupSeat implements RecordSource {
    private final EngineLoop loop;
    private final SharedReading group;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** What he waits for; of the loop. */
    private @Nullable Read waiting;

    /** A read that is not over yet. */
    static final class Read {
        final int count;
        final long bytes;
        final CompletableFuture<ReadBatch> done = new CompletableFuture<>();

        Read(int count, long bytes) {
            this.count = count;
            this.bytes = bytes;
        }
    }

    GroupSeat(EngineLoop loop, SharedReading group) {
        this.loop = loop;
        this.group = group;
    }

    @Override
    public CompletionStage<ReadBatch> read(int count, long bytes) {
        Read read = new Read(count, bytes);
        try {
            loop.execute(() -> {
                waiting = read;
                group.wants(this);
            });
        } catch (RejectedExecutionException e) {
            read.done.completeExceptionally(new IOException("The channels are closed", e));
        }
        return read.done;
    }

    /** The reader has done with that record. It need not be his any more. */
    public void done(long seq) {
        onLoop(() -> group.done(this, seq));
    }

    /** The reader cannot do with that record: another one gets it, or he gets it again. */
    public void refused(long seq) {
        onLoop(() -> group.refused(this, seq));
    }

    /** The reader has not begun with these: as if he had never been given them. */
    public void giveBack(Collection<Long> seqs) {
        List<Long> all = List.copyOf(seqs);
        onLoop(() -> group.giveBack(this, all));
    }

    /** Others get what the reader has not done with. */
    @Override
    public void close() {
        onLoop(() -> group.leave(this));
    }

    /** Runs that when the group cannot go on: somebody else has its cursor, or the channel is gone. */
    public void whenEnded(Runnable action) {
        var unused = ended.thenRun(action);
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            ended.complete(null); // the channels are closed
        }
    }

    /** What he waits for; null if for nothing. On the loop. */
    @Nullable
    Read waiting() {
        return waiting;
    }

    /** He has got something, or will get nothing. On the loop. */
    @Nullable
    Read served() {
        Read read = waiting;
        waiting = null;
        return read;
    }

    void end(IOException reason) {
        Read read = served();
        if (read != null) {
            read.done.completeExceptionally(reason);
        }
        ended.complete(null);
    }
}
