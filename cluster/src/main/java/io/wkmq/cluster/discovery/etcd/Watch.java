package io.wkmq.cluster.discovery.etcd;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that keys in etcd may have changed. Whatever ends a watch, a new one is begun after a while, and tells once: so nothing is missed.
 * After {@link #LIFE} each is begun anew, for a connection that is dead may not look like it. The pauses get longer while none lasts, and
 * only the first failure of these is in the log. On a thread of its own; thread-safe.
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

    /** Whether it is in the log that none lasts. Belongs to its thread. */
    private boolean told;

    /**
     * Does nothing before {@link #begin}.
     *
     * @param etcd of this watch alone
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

    /** Tells nothing any more, but what is just being told. */
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
            Thread.currentThread().interrupt(); // the end
        }
    }

    /** How long to wait before the next watch. */
    static long pauseMs(long before, boolean lasted) {
        return lasted ? PAUSE_MS : Math.min(2 * before, PAUSE_MS_MAX);
    }

    /** True if it began, and lasted for a while: one that begins and breaks off is no better than none. */
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

    /** Whether the end of a watch says something new: the first failure since one has lasted. */
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
