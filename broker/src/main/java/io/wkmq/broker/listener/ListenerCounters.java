package io.wkmq.broker.listener;

import io.netty.channel.Channel;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What a listener has counted since the node started, whether it was stopped in between or not. Thread-safe. */
final class ListenerCounters {
    private final AtomicInteger openOfAll;
    private final AtomicInteger clients = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final Map<ShutdownReason, LongAdder> shutdowns = new EnumMap<>(ShutdownReason.class);

    /**
     * Nothing counted yet.
     *
     * @param openOfAll what all listeners of the node count the open connections in together
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

    /** The open connections of all listeners, those in any handshake included. */
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

    /** A connection that was never taken. */
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

    // A decoder that finds an error closes first and throws then: the reason is known when it has returned.
    private void countLater(Channel channel) {
        try {
            channel.eventLoop().execute(() -> increment(ShutdownReason.of(channel)));
        } catch (RejectedExecutionException e) {
            increment(ShutdownReason.of(channel)); // the loops are stopping
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
