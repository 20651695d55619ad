package io.wkmq.cluster.discovery.etcd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a key in etcd for as long as this node lives: renews its lease three times per lifetime, and creates both anew if etcd has
 * lost them. Uses a thread of its own, since looks may be far apart. Thread-safe.
 */
final class Registration {
    private static final Duration WAIT_LIMIT = Duration.ofSeconds(12);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(Registration.class);

    private final EtcdClient etcd;
    private final Duration ttl;
    private final String key;
    private final byte[] value;
    private final ScheduledThreadPoolExecutor thread;
    private volatile @Nullable String trouble;

    // Used only on its thread.
    private @Nullable String lease;
    private boolean ended;

    /** Creates a registration that does nothing before {@link #begin}. */
    Registration(EtcdClient etcd, Duration ttl, String key, String value) {
        this.etcd = etcd;
        this.ttl = ttl;
        this.key = key;
        this.value = value.getBytes(StandardCharsets.UTF_8);
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread created = new Thread(task, "wkmq-discovery-etcd");
            created.setDaemon(true);
            return created;
        });
    }

    String key() {
        return key;
    }

    /** Returns why the key cannot be renewed at present, or null. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** Sets the key and waits for that; from now on it is renewed even if this call fails. */
    void begin() throws IOException, InterruptedException {
        await(thread.submit(this::renewAndGoOn));
        String failure = trouble;
        if (failure != null) {
            throw new IOException(failure);
        }
    }

    /** Sets the key again because somebody has deleted it. */
    void lost() {
        try {
            thread.execute(() -> {
                if (!ended) {
                    lease = null;
                    renew();
                }
            });
        } catch (RejectedExecutionException e) {
            log.debug("The registration has ended, it is not made again");
        }
    }

    /** Deletes the key and ends the thread. */
    void end() throws IOException, InterruptedException {
        try {
            await(thread.submit(() -> {
                ended = true;
                String current = lease;
                lease = null;
                if (current != null) {
                    etcd.revoke(current);
                }
                return null;
            }));
        } finally {
            thread.shutdownNow();
        }
    }

    /** Ends the thread; the key expires. */
    void abandon() {
        thread.shutdownNow();
    }

    private void renewAndGoOn() {
        if (ended) {
            return;
        }
        renew();
        long third = Math.max(ttl.toMillis() / 3, 100);
        long wait = trouble == null ? third : Math.min(third, RETRY.toMillis());
        Future<?> unused = thread.schedule(this::renewAndGoOn, wait, TimeUnit.MILLISECONDS);
    }

    private void renew() {
        try {
            String current = lease;
            if (current == null || !etcd.keepAlive(current)) {
                register(current != null);
            }
            trouble = null;
        } catch (IOException e) {
            String text = String.valueOf(e.getMessage());
            if (trouble == null) {
                log.warn("This node is not registered in etcd, it is tried again: {}", text);
            }
            trouble = text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by the end of the registration
        } catch (RuntimeException bug) {
            log.error("The registration in etcd failed, it is tried again", bug);
            trouble = "internal error: " + bug;
        }
    }

    private void register(boolean again) throws IOException, InterruptedException {
        lease = null;
        String fresh = etcd.grant(ttl);
        etcd.put(key, value, fresh);
        lease = fresh;
        log.info("This node is registered in etcd key={} again={}", key, again);
    }

    private static void await(Future<?> task) throws IOException, InterruptedException {
        try {
            task.get(WAIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("etcd did not answer within " + WAIT_LIMIT.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        }
    }
}
