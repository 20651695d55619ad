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
 * Reads the records of a channel in order, existing ones and then new ones as they arrive, each once. Pull-based: reads only what is asked
 * for and buffers nothing. Only one read at a time; otherwise thread-safe.
 */
public final class ChannelReader implements RecordSource {
    /** How often one read waits for damaged records to be repaired before it fails. */
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

    /** A pending read. */
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
     * Creates a reader of a channel.
     *
     * @param damages told of lost records; null if nobody repairs them
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

    /** Returns the sequence number to be read next. */
    public long position() {
        return position;
    }

    /** Makes the next read begin with the given record. No read may be pending. */
    void seek(long seq) {
        position = seq;
    }

    /** Returns the cursor that the reader has begun with, which ends with it; null if it began elsewhere. */
    public @Nullable HeldCursor cursor() {
        return cursor;
    }

    /** Returns the number of records not read yet. */
    public long lag() {
        return Math.max(0, tail.next() - position);
    }

    /**
     * Returns the channel's size on disk, in bytes. Does not block; completes on any thread, exceptionally if the size cannot be
     * determined.
     */
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
     * Reads the next records, waiting until there are some. Does not block. The stage completes with records or a gap; it fails if the
     * channel is gone, a record is damaged or the reader is closed. It may complete on any thread, including the caller's and the group's
     * loop: the loop must not be blocked, and reading on recursively from the completion could overflow the stack.
     *
     * @param count the maximum number of records
     * @param bytes their maximum total size; the first one is returned whatever its size
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

    /** Serves the read from memory, schedules a disk read, or registers to be woken. Does not block. */
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
            if (tail.gone()) { // perhaps since before the read: missing records are no gap then
                fail(read, new ChannelGoneException(tail.channel()));
                return;
            }
            if (repairs(read, found.isEmpty() ? next : found.get(0).seq())) {
                return;
            }
            if (found.isEmpty()) {
                // everything before {@code next} was trimmed, or is lost
                gap(read, position < first ? first : next);
                return;
            }
            long seq = found.get(0).seq();
            // what follows a second gap has to wait for the next read
            complete(read, seq > position ? new Gap(position, seq - 1) : null, RecordPage.dense(found));
        } catch (IOException | RuntimeException | Error e) {
            fail(read, tail.gone() ? new ChannelGoneException(tail.channel()) : e);
        }
    }

    /**
     * Waits for the repair of records lost before {@code there}, then reads again; returns false if none are lost, or no repair is
     * possible.
     */
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

    /** Ends the read. Must precede the completion of its stage: whoever observes that may read on. */
    private void finish(Read read, long next) {
        position = next;
        current.compareAndSet(read, null);
    }

    /** Closes the reader; a pending read fails. */
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
