package io.wkmq.cluster;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls the cluster's TLS files, on a thread of its own so that nothing delays it. */
final class TlsWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TlsWatch.class);

    private final Runnable reload;
    private final ScheduledThreadPoolExecutor thread;

    /**
     * Starts polling at once.
     *
     * @param reload reads the files if they have changed; called again even if it throws
     */
    TlsWatch(Runnable reload, Duration pause) {
        this.reload = reload;
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "wkmq-cluster-tls");
            made.setDaemon(true); // a hanging file system must not keep the process alive
            return made;
        });
        var unused =
                thread.scheduleWithFixedDelay(this::look, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    @SuppressWarnings("IllegalCatch") // a failed look must not be the last one
    private void look() {
        try {
            reload.run();
        } catch (RuntimeException | Error e) {
            log.error("The cluster's TLS files were not looked at, the old ones stay in use", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
