package io.wkmq.broker;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets the main thread stop the node in an orderly way when the process is told to terminate (SIGTERM, SIGINT), within a time
 * limit. Thread-safe.
 */
final class Termination {
    /** The process has to be gone 10 s after SIGTERM, plus the time allowed for moving sessions. */
    private static final long STOP_SECONDS_MAX = 9;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile long moreSeconds;

    /** Registers a new instance as shutdown hook of the JVM. */
    static Termination install() {
        Termination termination = new Termination();
        Runtime.getRuntime().addShutdownHook(new Thread(termination::run, "wkmq-termination"));
        return termination;
    }

    /** Returns whether the process was told to terminate. */
    boolean requested() {
        return requested.getCount() == 0;
    }

    /** Blocks until the process is told to terminate. */
    void await() throws InterruptedException {
        requested.await();
    }

    /** Extends the time limit for stopping the node. */
    void allow(Duration more) {
        moreSeconds = more.toSeconds();
    }

    /** Reports that the node has stopped, or never started, and exits the process. */
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
