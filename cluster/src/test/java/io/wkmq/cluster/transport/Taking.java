package io.wkmq.cluster.transport;

import io.wkmq.routing.HandOver;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/** A thread that reports completion for what others have taken. */
final class Taking {
    private final Thread thread;
    private volatile boolean stopped;

    Taking(Queue<HandOver> taken) {
        thread = new Thread(
                () -> {
                    while (!stopped) {
                        HandOver next = taken.poll();
                        if (next != null) {
                            next.done();
                        } else {
                            LockSupport.parkNanos(50_000);
                        }
                    }
                },
                "taking");
        thread.start();
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
    }
}
