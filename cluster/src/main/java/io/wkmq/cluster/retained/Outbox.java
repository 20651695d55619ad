package io.wkmq.cluster.retained;

import io.wkmq.cluster.loop.Line;
import io.wkmq.cluster.retained.protocol.Entries;
import io.wkmq.cluster.retained.protocol.SyncMessage;
import io.wkmq.cluster.retained.protocol.SyncMessage.Changes;
import io.wkmq.cluster.retained.protocol.SyncMessage.Noted;
import io.wkmq.cluster.retained.protocol.V1;
import io.wkmq.routing.NodeId;
import io.wkmq.session.RetainedChanges;
import io.wkmq.session.StampedMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells other nodes at once what this node's clients change, as far as there is room: some bytes may wait, some messages may be
 * on the way to each node. What does not fit, or gets lost, is not told again: others find it when they compare. Any thread
 * may add; the rest belongs to the loop.
 */
final class Outbox implements RetainedChanges {
    /** The most bytes of one message to other nodes, and about the largest change that is told at once. */
    private static final int BATCH_BYTES = 64 << 10;

    private static final int WAITING_BYTES_MAX = 8 << 20;
    private static final int IN_FLIGHT_MAX = 16;

    private final Line<SyncMessage> line;
    private final Executor loop;
    private final Counters counters;
    private final Queue<StampedMessage> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final Map<NodeId, Way> ways = new HashMap<>();
    private volatile boolean alone = true;

    Outbox(Line<SyncMessage> line, Executor loop, Counters counters) {
        this.line = line;
        this.loop = loop;
        this.counters = counters;
    }

    /** The way to one node. */
    private static final class Way {
        private int inFlight;
    }

    @Override
    public void changed(StampedMessage change) {
        if (alone) {
            return;
        }
        long bytes = change.bytes();
        if (bytes > BATCH_BYTES) {
            counters.untold(1);
            return;
        }
        if (waitingBytes.addAndGet(bytes) > WAITING_BYTES_MAX) {
            waitingBytes.addAndGet(-bytes);
            counters.untold(1);
            return;
        }
        waiting.add(change);
        if (!awake.get() && awake.compareAndSet(false, true)) {
            loop.execute(this::flush);
        }
    }

    void here(NodeId node) {
        ways.put(node, new Way());
        alone = false;
    }

    void gone(NodeId node) {
        ways.remove(node);
        alone = ways.isEmpty();
        flush();
    }

    private void flush() {
        awake.set(false);
        while (!waiting.isEmpty() && (ways.isEmpty() || ways.values().stream().anyMatch(Outbox::open))) {
            send();
        }
        if (!waiting.isEmpty()) {
            awake.set(true); // who comes back flushes
        }
    }

    private static boolean open(Way way) {
        return way.inFlight < IN_FLIGHT_MAX;
    }

    /** Sends one message to all to whom there is a way. */
    private void send() {
        Entries.Writer batch = new Entries.Writer();
        int changes = 0;
        for (StampedMessage next = waiting.peek();
                next != null && (changes == 0 || batch.size() + next.bytes() <= BATCH_BYTES);
                next = waiting.peek()) {
            waiting.remove();
            waitingBytes.addAndGet(-next.bytes());
            if (!ways.isEmpty()) {
                batch.add(next);
                counters.told();
            }
            changes++;
        }
        if (ways.isEmpty()) {
            return;
        }
        byte[] message = V1.encode(new Changes(batch.finish()));
        int untold = changes;
        ways.forEach((node, way) -> {
            if (!open(way)) {
                counters.untold(untold);
                return;
            }
            way.inFlight++;
            line.askEncoded(node, message, Noted.class, noted -> back(way), () -> back(way));
        });
    }

    private void back(Way way) {
        way.inFlight--;
        flush();
    }
}
