package io.wkmq.benchmarks.load;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Connects and disconnects clients, a bounded number at a time, and waits for completion. Confined to the thread of the run. */
final class Connector {
    private static final int CONNECTING_MAX = 128;
    private static final long STEP_MAX_SECONDS = 30;

    private final Progress progress;

    Connector(Progress progress) {
        this.progress = progress;
    }

    /** Connects clients and waits until their roles can begin; returns how many seconds that took. */
    double connect(List<Client> clients) throws LoadException, InterruptedException {
        long startNs = NanoTime.now();
        Semaphore connecting = new Semaphore(CONNECTING_MAX);
        CountDownLatch connected = new CountDownLatch(clients.size());
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        for (Client client : clients) {
            requireTime(connecting.tryAcquire(STEP_MAX_SECONDS, TimeUnit.SECONDS), connected, clients);
            if (failure.get() != null) {
                break;
            }
            var unused = client.start().whenComplete((done, cause) -> {
                if (cause != null) {
                    failure.compareAndSet(null, cause);
                }
                connecting.release();
                connected.countDown();
            });
            progress.connecting(clients.size() - connected.getCount(), clients.size());
        }
        if (failure.get() == null) {
            requireTime(connected.await(STEP_MAX_SECONDS, TimeUnit.SECONDS), connected, clients);
        }
        Throwable cause = failure.get();
        if (cause != null) {
            throw new LoadException(String.valueOf(cause.getMessage()), cause);
        }
        return (NanoTime.now() - startNs) / 1e9;
    }

    /** Disconnects clients, leaving their sessions behind, and waits until their connections have ended. */
    void leave(List<Client> clients) throws LoadException, InterruptedException {
        CountDownLatch present = new CountDownLatch(clients.size());
        for (Client client : clients) {
            var unused = client.leave().thenRun(present::countDown);
        }
        if (!present.await(STEP_MAX_SECONDS, TimeUnit.SECONDS)) {
            throw new LoadException(present.getCount() + " of " + clients.size()
                    + " clients are still connected; expected them to be gone " + STEP_MAX_SECONDS
                    + " s after their DISCONNECT");
        }
    }

    private static void requireTime(boolean inTime, CountDownLatch connected, List<Client> clients)
            throws LoadException {
        if (!inTime) {
            throw new LoadException(connected.getCount() + " of " + clients.size()
                    + " clients are not connected; no other has been for " + STEP_MAX_SECONDS + " s");
        }
    }
}
