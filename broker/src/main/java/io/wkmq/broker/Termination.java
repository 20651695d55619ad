package io.wkmq.broker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets the main thread stop the node in its own time when the process is told to end (SIGTERM, SIGINT), within a limit.
 * Thread-safe.
 */
final class Termination {
    /** The process is to be gone 10 s after SIGTERM. */
    private static final long STOP_SECONDS_MAX = 9;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);

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

    /** Says that the node has stopped, or never started, and ends the process. */
    void exit(int status) {
        finished.countDown();
        System.exit(status);
    }

    private void run() {
        requested.countDown();
        try {
            if (!finished.await(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                System.err.println("wkmq: not stopped after " + STOP_SECONDS_MAX + " s, ending the process now");
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
