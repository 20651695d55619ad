package io.wkmq.cluster.transport;

import io.wkmq.routing.Audience;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Qos;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client of a node that sends as much as its Receive Maximum permits, and whose connection is not read while one of its messages is held
 * back. One thread pumps; any thread may acknowledge.
 */
final class PipeliningPublisher {
    static final int RECEIVE_MAXIMUM = 100;

    private final LinkNode node;
    private final NodeId to;
    private final String name;
    private final int count;
    private final int bytes;
    private final AtomicInteger unacknowledged = new AtomicInteger();
    private final AtomicInteger holding = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private int sent;

    /** Has that many messages for the subscribers of another node. */
    PipeliningPublisher(LinkNode node, LinkNode to, String name, int count, int bytes) {
        this.node = node;
        this.to = to.id();
        this.name = name;
        this.count = count;
        this.bytes = bytes;
    }

    /** Sends what it may send now. */
    void pump() {
        while (sent < count && unacknowledged.get() < RECEIVE_MAXIMUM && !held()) {
            node.links.forward(
                    to, TestMessages.message(name, Qos.AT_LEAST_ONCE, sent, bytes), Audience.PLAIN, new Flow());
            sent++;
        }
    }

    boolean held() {
        return holding.get() > 0;
    }

    int sent() {
        return sent;
    }

    String name() {
        return name;
    }

    /** Whether all its messages are acknowledged. */
    boolean through() {
        return sent == count && unacknowledged.get() == 0;
    }

    Queue<String> failures() {
        return failures;
    }

    private final class Flow implements HandOver {
        private volatile boolean held;

        @Override
        public void expect() {
            unacknowledged.incrementAndGet();
        }

        @Override
        public boolean holdBack() {
            held = true;
            holding.incrementAndGet();
            return true;
        }

        @Override
        public void done() {
            unacknowledged.decrementAndGet();
            if (held) {
                holding.decrementAndGet();
            }
        }

        @Override
        public void failed(String reason) {
            failures.add(reason);
            done();
        }
    }
}
