package io.wkmq.broker;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets the main thread stop the node in its own time when the process is told to end (SIGTERM, SIGINT), within a limit.
 * Thread-safe.
 */
final class Termination {
    /** The process is to be gone 10 s after SIGTERM, besides what was allowed for its sessions. */
    private static final long STOP_SECONDS_MAX = 9;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile long moreSeconds;

    /** Installs itself with the JVM. */
    static Termination install() {
        Termination termination = new Termination();
        Runtime.getRuntime().addShutdownHook(new Thread(termination::run, "wkmq-termination"));
        return termination;
    }

    /** Whether the process was told to end. */
    boolean requested() {
        return requested.getCount() == 0;
    }

    /** Waits until the process is told to end. */
    void await() throws InterruptedException {
        requested.await();
    }

    /** Allows the node more time to stop. */
    void allow(Duration more) {
        moreSeconds = more.toSeconds();
    }

    /** Says that the node has stopped, or never started, and ends the process. */
    void exit(int status) {
        finished.countDown();
        System.exit(status);
    }

    private void run() {
        requested.countDown();
        try {
            long seconds = STOP_SECONDS_MAX + moreSeconds;
            if (!finished.await(seconds, TimeUnit.SECONDS)) {
                System.err.println("wkmq: not stopped after " + seconds + " s, ending the process now");
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
