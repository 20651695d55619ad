package io.wkmq.session.mvstore;

/** Waits for threads to end. Stateless. */
final class Threads {
    private Threads() {}

    /** Waits until the thread has ended, even if interrupted. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
