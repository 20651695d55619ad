package io.wkmq.broker.overload;

import io.wkmq.broker.config.OverloadConfig;
import io.wkmq.broker.listener.AdmissionControl;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits connections as long as the node has room: fewer than the most connections, fewer than the most connects in this second,
 * and less memory in use than the watermark. Clients that are connected stay. Thread-safe.
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

    /** The second (high 32 bits) and how many connects it has seen (low 32 bits). */
    private final AtomicLong thisSecond = new AtomicLong();

    private volatile boolean memoryShort;

    /** Since when memory is short without a collection; only {@link #lookAtMemory} uses it. */
    private long shortSinceMs;

    /**
     * Guards a node.
     *
     * @param memory how full the memory is; read by {@link #lookAtMemory}
     * @param collect runs a full garbage collection; called by {@link #lookAtMemory}
     */
    public OverloadGuard(OverloadConfig config, MemoryUse memory, InstantSource clock, Runnable collect) {
        this.config = config;
        this.memory = memory;
        this.clock = clock;
        this.collect = collect;
    }

    /** Reads how full the memory is. To be called about once a second, by one thread; blocks while memory is collected. */
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

    /** Whether new connections are refused because memory is short. */
    public boolean memoryShort() {
        return memoryShort;
    }

    /** How many connections were refused. */
    public long refused() {
        return refused.sum();
    }
}
