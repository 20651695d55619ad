package io.wkmq.broker.listener;

import io.netty.channel.Channel;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** A listener's counters since the node started, kept across restarts of the listener. Thread-safe. */
final class ListenerCounters {
    private final AtomicInteger openOfAll;
    private final AtomicInteger clients = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final Map<ShutdownReason, LongAdder> shutdowns = new EnumMap<>(ShutdownReason.class);

    /**
     * Creates counters that start at zero.
     *
     * @param openOfAll the number of open connections, shared by all listeners of the node
     */
    ListenerCounters(AtomicInteger openOfAll) {
        this.openOfAll = openOfAll;
        for (ShutdownReason reason : ShutdownReason.values()) {
            shutdowns.put(reason, new LongAdder());
        }
    }

    int clients() {
        return clients.get();
    }

    /** Returns the number of open connections of all listeners, including those in a handshake. */
    int openOfAll() {
        return openOfAll.get();
    }

    long accepted() {
        return accepted.sum();
    }

    Map<ShutdownReason, Long> shutdowns() {
        Map<ShutdownReason, Long> counts = new EnumMap<>(ShutdownReason.class);
        shutdowns.forEach((reason, count) -> {
            if (count.sum() > 0) {
                counts.put(reason, count.sum());
            }
        });
        return counts;
    }

    /** Counts a connection that was refused on accept. */
    void refuse(ShutdownReason reason) {
        increment(reason);
    }

    /** Counts the connection as a client until it closes. */
    void open(Channel channel) {
        clients.incrementAndGet();
        openOfAll.incrementAndGet();
        accepted.increment();
        channel.closeFuture().addListener(closed -> {
            openOfAll.decrementAndGet();
            clients.decrementAndGet();
            countLater(channel);
        });
    }

    // A decoder that detects an error closes the channel before it throws; the reason is known only afterwards.
    private void countLater(Channel channel) {
        try {
            channel.eventLoop().execute(() -> increment(ShutdownReason.of(channel)));
        } catch (RejectedExecutionException e) {
            increment(ShutdownReason.of(channel)); // the event loops are shutting down
        }
    }

    private void increment(ShutdownReason reason) {
        LongAdder count = shutdowns.get(reason);
        if (count == null) {
            throw new IllegalStateException("no counter for " + reason);
        }
        count.increment();
    }
}
