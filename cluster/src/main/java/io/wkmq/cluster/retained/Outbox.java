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
 * Sends the changes of this node's clients to the other nodes at once, within limits on the bytes queued and on the messages in
 * flight per node. What does not fit, or is lost, is not sent again: the other nodes find it when they compare. Any thread may add
 * changes; the rest belongs to the loop.
 */
final class Outbox implements RetainedChanges {
    /** The size limit of a message to other nodes, and roughly that of a change that is sent at once, in bytes. */
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

    /** The messages in flight to one node. */
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
            awake.set(true); // the next completed message flushes
        }
    }

    private static boolean open(Way way) {
        return way.inFlight < IN_FLIGHT_MAX;
    }

    /** Sends one message to all nodes with room in their windows. */
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
