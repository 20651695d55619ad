package io.wkmq.benchmarks.link;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Qos;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** How long messages are under way at a steady rate, from forwarding to delivery. */
final class Delay {
    private final LinkPair pair;
    private final Qos qos;

    Delay(LinkPair pair, Qos qos) {
        this.pair = pair;
        this.qos = qos;
    }

    String run(Duration time, int rate) throws InterruptedException {
        int count = (int) (time.toSeconds() * rate);
        long[] nanos = new long[count];
        AtomicInteger next = new AtomicInteger();
        pair.receive(message -> nanos[next.getAndIncrement()] =
                System.nanoTime() - ByteBuffer.wrap(message.payload()).getLong());
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = start + i * 1_000_000_000L / rate;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            pair.forward(qos, System.nanoTime(), HandOver.NONE);
        }
        while (next.get() < count) {
            Thread.sleep(1);
        }
        Arrays.sort(nanos);
        return String.format(
                Locale.ROOT,
                "p50 %.0f us, p90 %.0f us, p99 %.0f us, max %.0f us",
                nanos[count / 2] / 1e3,
                nanos[count * 9 / 10] / 1e3,
                nanos[count * 99 / 100] / 1e3,
                nanos[count - 1] / 1e3);
    }
}
