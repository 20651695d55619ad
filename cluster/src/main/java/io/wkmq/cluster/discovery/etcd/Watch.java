package io.wkmq.cluster.discovery.etcd;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that keys in etcd may have changed. Whatever ends a watch, a new one is begun after a while, and tells once: so nothing is missed.
 * After {@link #LIFE} each is begun anew, for a connection that is dead may not look like it. On a thread of its own; thread-safe.
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
    private volatile boolean works;

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
                watch();
                pauseMs = works ? PAUSE_MS : Math.min(2 * pauseMs, PAUSE_MS_MAX);
            } while (!ended.await(pauseMs, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end
        }
    }

    private void watch() throws InterruptedException {
        boolean before = works;
        works = false;
        try {
            etcd.watch(prefix, LIFE, this::tell);
        } catch (IOException e) {
            if (before || works) {
                log.info(
                        "Changes in etcd are seen by the next look only, until it can be watched again: {}",
                        e.getMessage());
            } else {
                log.debug("etcd cannot be watched", e);
            }
        } catch (RuntimeException bug) {
            log.error("Watching etcd failed, it is tried again", bug);
        }
    }

    private void tell() {
        works = true;
        if (ended.getCount() > 0) {
            changed.run();
        }
    }
}
