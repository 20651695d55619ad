package io.wkmq.benchmarks.link;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Qos;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Measures the maximum throughput with a bounded number of messages in flight. */
final class Throughput {
    private static final int UNDER_WAY_MAX = 20_000;
    private static final int BATCH = 64;

    private final LinkPair pair;
    private final AtomicLong acknowledged = new AtomicLong();
    private final HandOver handOver = new HandOver() {
        @Override
        public void expect() {}

        @Override
        public void done() {
            acknowledged.lazySet(acknowledged.get() + 1);
        }

        @Override
        public void failed(String reason) {
            throw new IllegalStateException("A message was not taken: " + reason);
        }
    };

    Throughput(LinkPair pair) {
        this.pair = pair;
    }

    String run(Qos qos, Duration time) throws IOException {
        LinkPair.Report before = pair.report();
        long cpuBefore = LinkReceiver.Cpu.processNanos();
        long acknowledgedBefore = acknowledged.get();
        long start = System.nanoTime();
        long end = start + time.toNanos();
        long sent = 0;
        while (System.nanoTime() < end && pair.lost() == 0) {
            if (sent - (acknowledged.get() - acknowledgedBefore) < UNDER_WAY_MAX) {
                for (int i = 0; i < BATCH; i++) {
                    pair.forward(qos, 0, handOver);
                }
                sent += BATCH;
            } else {
                LockSupport.parkNanos(20_000);
            }
        }
        while (acknowledged.get() - acknowledgedBefore < sent && pair.lost() == 0) {
            LockSupport.parkNanos(20_000);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        LinkPair.Report after = pair.report();
        if (pair.lost() > 0 || after.received() - before.received() != sent) {
            return "the connection was lost; the machine is too busy";
        }
        return String.format(
                Locale.ROOT,
                "%,.0f messages/s; CPU us/message: %.2f there, %.2f here, making and forwarding them included",
                sent / seconds,
                (after.cpuNanos() - before.cpuNanos()) / 1e3 / sent,
                (LinkReceiver.Cpu.processNanos() - cpuBefore) / 1e3 / sent);
    }
}
