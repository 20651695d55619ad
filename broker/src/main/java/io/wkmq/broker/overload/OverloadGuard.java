package io.wkmq.broker.overload;

import io.wkmq.broker.config.OverloadConfig;
import io.wkmq.broker.listener.AdmissionControl;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits connections while the node has capacity: the number of connections, the connects in the current second and the memory
 * usage are each limited. Existing connections are not affected. Thread-safe.
 */
public final class OverloadGuard implements AdmissionControl {
    private static final Logger log = LoggerFactory.getLogger(OverloadGuard.class);

    /**
     * How long memory is short before the guard has it collected: the share is that of the last full collection, and while connections are
     * refused nothing else may cause another one. Not sooner, as a full collection stops the process for about a second per gigabyte.
     */
    private static final long COLLECT_AFTER_MS = 300_000;

    private final OverloadConfig config;
    private final MemoryUse memory;
    private final InstantSource clock;
    private final Runnable collect;
    private final LongAdder refused = new LongAdder();

    /** The current second (high 32 bits) and the number of connects in it (low 32 bits). */
    private final AtomicLong thisSecond = new AtomicLong();

    private volatile boolean memoryShort;

    /** Since when memory is short without a collection; only {@link #lookAtMemory} uses it. */
    private long shortSinceMs;

    /**
     * Creates a guard for a node.
     *
     * @param memory the memory usage; read by {@link #lookAtMemory}
     */
    public OverloadGuard(OverloadConfig config, MemoryUse memory, InstantSource clock, Runnable collect) {
        this.config = config;
        this.memory = memory;
        this.clock = clock;
        this.collect = collect;
    }

    /** Reads the memory usage. Called about once a second. */
    public void lookAtMemory() {
        double share = memory.share();
        boolean isShort = share > config.memoryWatermark();
        long nowMs = clock.millis();
        if (!isShort || !memoryShort) {
            shortSinceMs = nowMs;
        } else if (nowMs - shortSinceMs >= COLLECT_AFTER_MS) {
            shortSinceMs = nowMs;
            collect.run();
        }
        if (isShort != memoryShort) {
            memoryShort = isShort;
            if (isShort) {
                log.warn(
                        "Memory is short, new connections are refused used={} watermark={}",
                        percent(share),
                        percent(config.memoryWatermark()));
            } else {
                log.info("Memory is free again, connections are accepted used={}", percent(share));
            }
        }
    }

    private static String percent(double share) {
        return Math.round(share * 100) + "%";
    }

    @Override
    public boolean admit(int open) {
        if (memoryShort || open >= config.maxConnections() || !withinRate()) {
            refused.increment();
            return false;
        }
        return true;
    }

    private boolean withinRate() {
        int most = config.connectsPerSecond();
        if (most == 0) {
            return true;
        }
        long second = (clock.millis() / 1000) << 32;
        long now = thisSecond.updateAndGet(seen -> (seen & 0xFFFF_FFFF_0000_0000L) == second ? seen + 1 : second | 1);
        return (now & 0xFFFF_FFFFL) <= most;
    }

    /** Returns whether new connections are refused because memory is low. */
    public boolean memoryShort() {
        return memoryShort;
    }

    /** Returns the number of refused connections. */
    public long refused() {
        return refused.sum();
    }
}
