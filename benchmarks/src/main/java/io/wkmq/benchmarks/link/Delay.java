package io.wkmq.benchmarks.link;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Qos;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** Measures the delay of messages from forwarding to delivery at a steady rate. */
final class Delay {
    private final LinkPair pair;
    private final Qos qos;

    Delay(LinkPair pair, Qos qos) {
        this.pair = pair;
        this.qos = qos;
    }

    String run(Duration time, int rate) throws IOException {
        forward(rate, rate); // warms up for a second
        forward((int) (time.toSeconds() * rate), rate);
        List<Long> nanos = pair.report().delayNanos();
        return String.format(
                Locale.ROOT,
                "p50 %.0f us, p90 %.0f us, p99 %.0f us, max %.0f us",
                nanos.get(0) / 1e3,
                nanos.get(1) / 1e3,
                nanos.get(2) / 1e3,
                nanos.get(3) / 1e3);
    }

    private void forward(int count, int rate) throws IOException {
        pair.report(); // discards earlier delays
        long target = pair.report().received() + count;
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = start + i * 1_000_000_000L / rate;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            pair.forward(qos, System.nanoTime(), HandOver.NONE);
        }
        LockSupport.parkNanos(100_000_000);
        if (pair.lost() > 0) {
            throw new IOException("The connection was lost; expected " + target + " messages in all");
        }
    }
}
