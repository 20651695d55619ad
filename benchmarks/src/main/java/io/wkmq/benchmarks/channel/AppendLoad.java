package io.wkmq.benchmarks.channel;

import io.wkmq.channel.engine.Appended;
import io.wkmq.channel.engine.ChannelReader;
import io.wkmq.channel.engine.LocalEngine;
import io.wkmq.channel.engine.ReadStart;
import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.records.ChannelRecord;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Appends messages to a channel as fast as possible, with a fixed number of batches in flight. Not thread-safe. */
final class AppendLoad {
    private static final int BODY_BYTES = 256;
    private static final int TIMES_MAX = 1 << 20;
    private static final int READ_COUNT = 1_000;
    private static final long READ_BYTES = 1 << 20;
    private static final long WAIT_SECONDS = 60;

    private final LocalEngine engine;
    private final int channel;
    private final int perBatch;
    private final int window;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicInteger timed = new AtomicInteger();
    private final long[] nanos = new long[TIMES_MAX];

    /**
     * Creates a load on a channel.
     *
     * @param perBatch how many messages are appended at once
     * @param window the maximum number of batches in flight
     */
    AppendLoad(LocalEngine engine, int channel, int perBatch, int window) {
        this.engine = engine;
        this.channel = channel;
        this.perBatch = perBatch;
        this.window = window;
    }

    /** Appends for that long; returns the result as text. */
    String append(Duration duration) throws InterruptedException {
        timed.set(0);
        Semaphore free = new Semaphore(window);
        Entry entry = new Entry(new byte[BODY_BYTES], null);
        long start = System.nanoTime();
        long messages = 0;
        while (System.nanoTime() - start < duration.toNanos() && failure.get() == null) {
            free.acquire();
            AtomicInteger left = new AtomicInteger(perBatch);
            long begun = System.nanoTime();
            for (int i = 0; i < perBatch; i++) {
                engine.append(channel, entry).whenComplete((appended, trouble) -> {
                    check(appended, trouble);
                    if (left.decrementAndGet() == 0) {
                        time(System.nanoTime() - begun);
                        free.release();
                    }
                });
            }
            messages += perBatch;
        }
        if (!free.tryAcquire(window, WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Not all messages were appended within " + WAIT_SECONDS + " s");
        }
        Throwable trouble = failure.get();
        if (trouble != null) {
            throw new IllegalStateException("A message was not appended", trouble);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        int count = Math.min(timed.get(), TIMES_MAX);
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return String.format(
                "%,.0f messages/s, p50 %.2f ms, p99 %.2f ms, worst %.2f ms",
                messages / seconds,
                sorted[count / 2] / 1e6,
                sorted[(int) (count * 0.99)] / 1e6,
                sorted[count - 1] / 1e6);
    }

    private void check(@Nullable Appended appended, @Nullable Throwable trouble) {
        if (trouble != null) {
            failure.compareAndSet(null, trouble);
        } else if (appended == null || appended.outcome() != Outcome.APPENDED) {
            failure.compareAndSet(null, new IllegalStateException("A message ended as " + appended));
        }
    }

    private void time(long each) {
        int at = timed.getAndIncrement();
        if (at < TIMES_MAX) {
            nanos[at] = each;
        }
    }

    /** Reads the whole channel; returns the result as text. */
    String read() {
        long start = System.nanoTime();
        long count = 0;
        try (ChannelReader reader = done(engine.read(channel, new ReadStart.Earliest()))) {
            long expected = reader.position();
            while (reader.lag() > 0) {
                for (ChannelRecord record :
                        done(reader.read(READ_COUNT, READ_BYTES)).records()) {
                    if (record.seq() != expected++) {
                        throw new IllegalStateException(
                                "Record " + record.seq() + " was read; expected " + (expected - 1));
                    }
                    count++;
                }
            }
        }
        return String.format("%,.0f messages/s", count / ((System.nanoTime() - start) / 1e9));
    }

    static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
