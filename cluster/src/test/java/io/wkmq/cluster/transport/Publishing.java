package io.wkmq.cluster.transport;

import io.wkmq.routing.Audience;
import io.wkmq.routing.Qos;
import java.util.concurrent.locks.LockSupport;

/** A thread that forwards messages one after the other, with as many unacknowledged as a client may have, until it is stopped. */
final class Publishing {
    private static final int UNACKNOWLEDGED_MAX = 2_000;

    private final Thread thread;
    private volatile boolean stopped;
    private volatile int published;

    Publishing(LinkNode from, LinkNode to, String publisher, Qos qos, CountedHandOver handOver) {
        thread = new Thread(
                () -> {
                    int number = 0;
                    while (!stopped) {
                        if (handOver.open() < UNACKNOWLEDGED_MAX) {
                            from.links.forward(
                                    to.id(),
                                    TestMessages.message(publisher, qos, number, 100),
                                    Audience.PLAIN,
                                    handOver);
                            number++;
                        } else {
                            LockSupport.parkNanos(50_000);
                        }
                    }
                    published = number;
                },
                "publishing-" + publisher);
        thread.start();
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
    }

    /** How many there were; once it is stopped. */
    int published() {
        return published;
    }
}
