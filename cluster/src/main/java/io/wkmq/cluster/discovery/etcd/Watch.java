package io.wkmq.cluster.discovery.etcd;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches keys in etcd and reports possible changes. When a watch ends, for whatever reason, another one is started after a pause,
 * and reports once; so no change is missed. Each watch is renewed after {@link #LIFE}, since a dead connection may go unnoticed.
 * The pauses grow while no watch lasts, and only the first failure of such a series is logged. Has a thread of its own.
 * Thread-safe.
 */
final class Watch {
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final long PAUSE_MS = 1_000;
    private static final long PAUSE_MS_MAX = 30_000;
    private static final Logger log = LoggerFactory.getLogger(Watch.class);

    private final EtcdClient etcd;
    private final String prefix;
    private final Runnable changed;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "wkmq-discovery-watch");
    private volatile boolean began;

    /** Whether the failure of the present series is logged. Used only on its thread. */
    private boolean told;

    /**
     * Creates a watch that does nothing before {@link #begin}.
     *
     * @param etcd used by this watch alone
     * @param changed must not block
     */
    Watch(EtcdClient etcd, String prefix, Runnable changed) {
        this.etcd = etcd;
        this.prefix = prefix;
        this.changed = changed;
        thread.setDaemon(true);
    }

    void begin() {
        thread.start();
    }

    /** Ends the watch. A report in progress may still complete. */
    void end() {
        ended.countDown();
        thread.interrupt();
    }

    private void run() {
        long pauseMs = PAUSE_MS;
        try {
            do {
                pauseMs = pauseMs(pauseMs, watch());
            } while (!ended.await(pauseMs, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by the end of the watch
        }
    }

    /** Returns the pause before the next watch. */
    static long pauseMs(long before, boolean lasted) {
        return lasted ? PAUSE_MS : Math.min(2 * before, PAUSE_MS_MAX);
    }

    /** Returns true if the watch started and lasted for a while; one that breaks off soon is no better than none. */
    private boolean watch() throws InterruptedException {
        long start = System.nanoTime();
        began = false;
        IOException failure = null;
        try {
            etcd.watch(prefix, LIFE, this::tell);
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException bug) {
            log.error("Watching etcd failed, it is tried again", bug);
        }
        boolean lasted = lasted(start);
        if (news(failure != null, lasted)) {
            log.info("Changes in etcd are seen by the next look only, until it can be watched: {}", reason(failure));
        } else if (failure != null) {
            log.debug("etcd cannot be watched", failure);
        }
        return lasted;
    }

    private static String reason(@Nullable IOException failure) {
        return failure == null ? "" : String.valueOf(failure.getMessage());
    }

    /** Returns whether the end of a watch is news: the first failure since one has lasted. */
    boolean news(boolean failed, boolean lasted) {
        told &= !lasted;
        boolean news = failed && !told;
        told |= failed;
        return news;
    }

    private boolean lasted(long start) {
        return began && TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) > PAUSE_MS_MAX;
    }

    private void tell() {
        began = true;
        if (ended.getCount() > 0) {
            changed.run();
        }
    }
}
