package io.wkmq.channel.engine;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The seat of a reader in a group that is served on this node. Thread-safe. */
final class LocalSeat implements GroupSeat {
    private final EngineLoop loop;
    private final SharedReading group;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** The pending read; confined to the loop. */
    private @Nullable Read waiting;

    /** A read that is not complete. */
    static final class Read {
        final int count;
        final long bytes;
        final CompletableFuture<ReadBatch> done;

        Read(int count, long bytes, CompletableFuture<ReadBatch> done) {
            this.count = count;
            this.bytes = bytes;
            this.done = done;
        }
    }

    LocalSeat(EngineLoop loop, SharedReading group) {
        this.loop = loop;
        this.group = group;
    }

    @Override
    public CompletionStage<ReadBatch> read(int count, long bytes) {
        return loop.ask(done -> {
            waiting = new Read(count, bytes, done);
            group.wants(this);
        });
    }

    @Override
    public void sent(long seq) {
        // whatever is not given back counts as sent
    }

    @Override
    public void done(long seq) {
        onLoop(() -> group.done(this, seq));
    }

    @Override
    public void refused(long seq) {
        onLoop(() -> group.refused(this, seq));
    }

    @Override
    public void giveBack(Collection<Long> seqs) {
        List<Long> all = List.copyOf(seqs);
        onLoop(() -> group.giveBack(this, all));
    }

    @Override
    public void close() {
        onLoop(() -> group.leave(this));
    }

    @Override
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

    /** Returns the pending read; null if there is none. On the loop. */
    @Nullable
    Read waiting() {
        return waiting;
    }

    /** Returns and clears the pending read, which the caller completes. On the loop. */
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
