package io.wkmq.channel.engine;

import io.wkmq.channel.engine.ReadBatch.Gap;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.DamagedRecordException;
import io.wkmq.channel.records.ReadLimit;
import io.wkmq.channel.records.RecordPage;
import io.wkmq.channel.records.RecordStore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a channel one after the other, those that are there as those that come, each once. Reads only what it is asked for:
 * it keeps nothing. One read at a time; thread-safe besides.
 */
public final class ChannelReader implements RecordSource {
    /** So often what is lost is waited for in one read. */
    private static final int REPAIRS_MAX = 8;

    private final Tail tail;
    private final RecordStore records;
    private final Executor reads;
    private final Runnable ended;
    private final AtomicReference<@Nullable Read> current = new AtomicReference<>();
    private volatile long position;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Runnable wake = this::woken;
    private final @Nullable HeldCursor cursor;
    private final @Nullable Damages damages;

    /** A read that is not over yet. */
    private static final class Read {
        private final int count;
        private final long bytes;
        private int repairs;
        private final CompletableFuture<ReadBatch> done = new CompletableFuture<>();

        private Read(int count, long bytes) {
            this.count = count;
            this.bytes = bytes;
        }
    }

    /**
     * Reads a channel.
     *
     * @param damages is told what is lost; null if nobody wants to know
     */
    ChannelReader(
            Tail tail,
            RecordStore records,
            long position,
            @Nullable HeldCursor cursor,
            Executor reads,
            @Nullable Damages damages,
            Runnable ended) {
        this.tail = tail;
        this.records = records;
        this.position = position;
        this.cursor = cursor;
        this.reads = reads;
        this.damages = damages;
        this.ended = ended;
    }

    /** The sequence number that comes next. */
    public long position() {
        return position;
    }

    /** Has the next read begin with that record. Nothing must be being read. */
    void seek(long seq) {
        position = seq;
    }

    /** The cursor that it has begun with, which ends with it; null if it has begun somewhere else. */
    public @Nullable HeldCursor cursor() {
        return cursor;
    }

    /** How many records there are that were not read. */
    public long lag() {
        return Math.max(0, tail.next() - position);
    }

    /** How many bytes the channel takes on disk. Does not block; completes on any thread, exceptionally if that cannot be said. */
    public CompletionStage<Long> bytes() {
        CompletableFuture<Long> bytes = new CompletableFuture<>();
        try {
            reads.execute(() -> {
                try {
                    bytes.complete(records.bytes(tail.channel()));
                } catch (IOException | RuntimeException | Error e) {
                    bytes.completeExceptionally(tail.gone() ? new ChannelGoneException(tail.channel()) : e);
                }
            });
        } catch (RejectedExecutionException e) {
            bytes.completeExceptionally(new LogClosedException("The channels are closed", e));
        }
        return bytes;
    }

    /**
     * Reads what comes next, and waits for it if there is nothing. Does not block. The stage completes on any thread, also on this one or
     * on the group's loop, which must not be blocked, and where reading on at once and again and again would fill the stack: with something, or exceptionally if the channel is gone, a record is damaged or the
     * reader is closed.
     *
     * @param count how many records at most
     * @param bytes how many bytes of them; the first one comes however large it is
     */
    @Override
    public CompletionStage<ReadBatch> read(int count, long bytes) {
        if (count < 1 || bytes < 1) {
            throw new IllegalArgumentException(
                    count + " records of " + bytes + " bytes are to be read; expected at least one of each");
        }
        Read read = new Read(count, bytes);
        if (!current.compareAndSet(null, read)) {
            throw new IllegalStateException("Channel " + tail.channel() + " is read twice at a time by one reader");
        }
        proceed(read);
        return read.done;
    }

    /** Takes what is at hand, or has it read, or waits for it. Does not block. */
    private void proceed(Read read) {
        while (true) {
            if (closed.get()) {
                fail(read, new IOException("The reader of channel " + tail.channel() + " is closed"));
                return;
            }
            if (tail.gone()) {
                fail(read, new ChannelGoneException(tail.channel()));
                return;
            }
            List<ChannelRecord> kept =
                    position < tail.first() ? List.of() : tail.read(position, new ReadLimit(read.count, read.bytes));
            if (!kept.isEmpty()) {
                complete(read, null, kept);
                return;
            }
            if (position < tail.next()) {
                readLater(read);
                return;
            }
            if (tail.await(position, wake)) {
                return;
            }
        }
    }

    private void readLater(Read read) {
        try {
            reads.execute(() -> fromDisk(read));
        } catch (RejectedExecutionException e) {
            fail(read, new LogClosedException("The channels are closed", e));
        }
    }

    private void woken() {
        Read read = current.get();
        if (read != null) {
            proceed(read);
        }
    }

    private void fromDisk(Read read) {
        try {
            long next = tail.next();
            long first = tail.first();
            List<ChannelRecord> found =
                    records.read(tail.channel(), position, new ReadLimit(read.count, read.bytes)).stream()
                            .filter(record -> record.seq() < next)
                            .toList();
            if (tail.gone()) { // before it was read, perhaps: what is not there is no gap then
                fail(read, new ChannelGoneException(tail.channel()));
                return;
            }
            if (repairs(read, found.isEmpty() ? next : found.get(0).seq())) {
                return;
            }
            if (found.isEmpty()) {
                // all in front of what comes were trimmed, or are lost
                gap(read, position < first ? first : next);
                return;
            }
            long seq = found.get(0).seq();
            // what is behind a gap has to wait for the next read
            complete(read, seq > position ? new Gap(position, seq - 1) : null, RecordPage.dense(found));
        } catch (IOException | RuntimeException | Error e) {
            fail(read, tail.gone() ? new ChannelGoneException(tail.channel()) : e);
        }
    }

    /** Waits for what is lost in front of a record, and reads again; false if nothing is, or there is nothing to wait for. */
    private boolean repairs(Read read, long there) {
        Damages told = damages;
        if (told == null || position >= there) {
            return false;
        }
        long lost =
                Math.max(position, records.first(tail.channel())); // as of now: what was trimmed meanwhile is not lost
        if (lost >= there || tail.gone()) {
            return false;
        }
        CompletionStage<Void> repaired = told.found(tail.channel(), lost, there);
        if (repaired == null) {
            return false;
        }
        if (read.repairs++ >= REPAIRS_MAX) {
            fail(
                    read,
                    new DamagedRecordException(
                            tail.channel(), lost, there, "they were repaired, but are damaged again"));
            return true;
        }
        var unused = repaired.whenComplete((nothing, failure) -> {
            if (failure == null) {
                proceed(read);
            } else {
                fail(read, failure);
            }
        });
        return true;
    }

    private void gap(Read read, long to) {
        Gap gap = new Gap(position, to - 1);
        finish(read, to);
        read.done.complete(new ReadBatch(gap, List.of(), to));
    }

    private void complete(Read read, @Nullable Gap gap, List<ChannelRecord> found) {
        long next = found.get(found.size() - 1).seq() + 1;
        finish(read, next);
        read.done.complete(new ReadBatch(gap, found, next));
    }

    private void fail(Read read, Throwable failure) {
        finish(read, position);
        read.done.completeExceptionally(failure);
    }

    /** Before the stage completes: who hears of it may read on. */
    private void finish(Read read, long next) {
        position = next;
        current.compareAndSet(read, null);
    }

    /** Ends reading; a read that waits fails. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        tail.leave(wake);
        Read waiting = current.getAndSet(null);
        if (waiting != null) {
            waiting.done.completeExceptionally(
                    new IOException("The reader of channel " + tail.channel() + " is closed"));
        }
        ended.run();
    }
}
