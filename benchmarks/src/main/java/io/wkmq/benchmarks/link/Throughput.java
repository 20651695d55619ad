package io.wkmq.benchmarks.link;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Qos;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** As many messages as go, with a bound on those under way. */
final class Throughput {
    private static final int UNDER_WAY_MAX = 20_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final LinkPair pair;
    private final Qos qos;
    private final AtomicLong received = new AtomicLong();
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

    Throughput(LinkPair pair, Qos qos) {
        this.pair = pair;
        this.qos = qos;
        pair.receive(message -> received.lazySet(received.get() + 1));
    }

    String run(Duration time) {
        Map<String, Long> before = cpuNanos();
        long start = System.nanoTime();
        long end = start + time.toNanos();
        AtomicLong arrived = qos == Qos.AT_MOST_ONCE ? received : acknowledged;
        long sent = 0;
        while (System.nanoTime() < end && pair.lost() == 0) {
            if (sent - arrived.get() < UNDER_WAY_MAX) {
                for (int i = 0; i < 64; i++) {
                    pair.forward(qos, 0, handOver);
                }
                sent += 64;
            } else {
                LockSupport.parkNanos(20_000);
            }
        }
        while (arrived.get() < sent && pair.lost() == 0) {
            LockSupport.parkNanos(20_000);
        }
        if (pair.lost() > 0) {
            return "the connection was lost, with messages of QoS 0; the machine is too busy";
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%,.0f messages/s; CPU us/message:", sent / seconds));
        for (Map.Entry<String, Long> thread : cpuNanos().entrySet()) {
            long used = thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
            text.append(String.format(Locale.ROOT, " %s %.2f", thread.getKey(), used / 1e3 / sent));
        }
        return text.toString();
    }

    /** The CPU that the thread which forwards and those of the links have used. */
    private static Map<String, Long> cpuNanos() {
        Map<String, Long> nanos = new TreeMap<>();
        for (long id : THREADS.getAllThreadIds()) {
            ThreadInfo thread = THREADS.getThreadInfo(id);
            if (thread != null
                    && (thread.getThreadName().equals("main")
                            || thread.getThreadName().startsWith("wkmq-link"))) {
                nanos.put(thread.getThreadName(), THREADS.getThreadCpuTime(id));
            }
        }
        return nanos;
    }
}
