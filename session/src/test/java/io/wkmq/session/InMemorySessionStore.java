package io.wkmq.session;

import io.wkmq.routing.SubscriptionFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A session store in memory whose content survives a {@link #restart} along with the object. Flushes complete at once, or wait for the test
 * while {@link #holdFlushes} is on. Thread-safe.
 */
public final class InMemorySessionStore implements SessionStore {
    private static final class Stored {
        private StoredSession session;
        private final Map<SubscriptionFilter, SubscriptionOptions> subscriptions =
                new TreeMap<>(Comparator.comparing(SubscriptionFilter::text));
        private final TreeMap<Long, StoredDelivery> deliveries = new TreeMap<>();
        private final Map<Long, Hold> held = new HashMap<>();
        private final TreeSet<Integer> awaitingRelease = new TreeSet<>();

        private Stored(StoredSession session) {
            this.session = session;
        }
    }

    private final Map<String, Stored> sessions = new TreeMap<>();
    private final Deque<Completion> held = new ArrayDeque<>();
    private boolean hold;
    private boolean writable = true;
    private @Nullable String failure;
    private int flushes;

    /** From now on flushes wait for {@link #completeFlushes} or {@link #failFlushes}. */
    public synchronized void holdFlushes() {
        hold = true;
    }

    /** Completes what waits; later flushes wait again. */
    public void completeFlushes() {
        drain().forEach(Completion::durable);
    }

    /** Fails what waits; later flushes wait again. */
    public void failFlushes(String reason) {
        drain().forEach(completion -> completion.failed(reason));
    }

    /** From now on every flush fails at once and the store is not writable; null heals it. */
    public synchronized void fail(@Nullable String reason) {
        failure = reason;
        writable = reason == null;
    }

    /** Sets what {@link #writable} answers. */
    public synchronized void writable(boolean value) {
        writable = value;
    }

    /** How many flushes were asked for. */
    public synchronized int flushes() {
        return flushes;
    }

    /** Forgets what is held back. */
    public synchronized void restart() {
        for (Stored stored : sessions.values()) {
            stored.deliveries.keySet().removeAll(stored.held.keySet());
            stored.held.clear();
        }
    }

    /** The deliveries of a client, those that are held included, in order. */
    public synchronized List<StoredDelivery> deliveries(String clientId) {
        Stored stored = sessions.get(clientId);
        return stored == null ? List.of() : List.copyOf(stored.deliveries.values());
    }

    /** The subscriptions stored for a client. */
    public synchronized Map<SubscriptionFilter, SubscriptionOptions> subscriptions(String clientId) {
        Stored stored = sessions.get(clientId);
        return stored == null ? Map.of() : new HashMap<>(stored.subscriptions);
    }

    /** What is stored of a client's session, or null. */
    public synchronized @Nullable StoredSession session(String clientId) {
        Stored stored = sessions.get(clientId);
        return stored == null ? null : stored.session;
    }

    private synchronized List<Completion> drain() {
        List<Completion> waiting = new ArrayList<>(held);
        held.clear();
        return waiting;
    }

    @Override
    public synchronized void put(StoredSession session) {
        Stored stored = sessions.get(session.clientId());
        if (stored == null) {
            sessions.put(session.clientId(), new Stored(session));
        } else {
            stored.session = session;
        }
    }

    @Override
    public synchronized void remove(String clientId) {
        sessions.remove(clientId);
    }

    @Override
    public synchronized void subscribe(String clientId, SubscriptionFilter filter, SubscriptionOptions options) {
        Stored stored = sessions.get(clientId);
        if (stored != null) {
            stored.subscriptions.put(filter, options);
        }
    }

    @Override
    public synchronized void unsubscribe(String clientId, SubscriptionFilter filter) {
        Stored stored = sessions.get(clientId);
        if (stored != null) {
            stored.subscriptions.remove(filter);
        }
    }

    @Override
    public synchronized void enqueue(String clientId, StoredDelivery delivery, @Nullable Hold hold) {
        Stored stored = sessions.get(clientId);
        if (stored != null) {
            stored.deliveries.put(delivery.sequence(), delivery);
            if (hold != null) {
                stored.held.put(delivery.sequence(), hold);
            }
        }
    }

    @Override
    public synchronized void inflight(String clientId, long sequence, int packetId, StoredDelivery.State state) {
        Stored stored = sessions.get(clientId);
        if (stored != null) {
            stored.deliveries.computeIfPresent(
                    sequence,
                    (s, d) -> new StoredDelivery(
                            s,
                            d.message(),
                            d.qos(),
                            d.retain(),
                            d.subscriptionIdentifiers(),
                            d.share(),
                            packetId,
                            state));
        }
    }

    @Override
    public synchronized void dequeue(String clientId, long sequence, @Nullable Hold ended) {
        if (ended != null) {
            letGo(ended);
        }
        Stored stored = sessions.get(clientId);
        if (stored != null) {
            stored.deliveries.remove(sequence);
            stored.held.remove(sequence);
        }
    }

    @Override
    public synchronized void awaitRelease(String clientId, int packetId, @Nullable Hold ended) {
        if (ended != null) {
            letGo(ended);
        }
        Stored stored = sessions.get(clientId);
        if (stored != null) {
            stored.awaitingRelease.add(packetId);
        }
    }

    @Override
    public synchronized void letGo(Hold hold) {
        sessions.values().forEach(stored -> stored.held.values().removeIf(by -> by == hold));
    }

    @Override
    public synchronized void released(String clientId, int packetId) {
        Stored stored = sessions.get(clientId);
        if (stored != null) {
            stored.awaitingRelease.remove(packetId);
        }
    }

    @Override
    public void flush(Completion completion) {
        String reason;
        synchronized (this) {
            flushes++;
            reason = failure;
            if (hold && reason == null) {
                held.add(completion);
                return;
            }
        }
        if (reason == null) {
            completion.durable();
        } else {
            completion.failed(reason);
        }
    }

    @Override
    public synchronized boolean writable() {
        return writable;
    }

    @Override
    public synchronized void restore(Restored restored) {
        for (Stored stored : sessions.values()) {
            restored.session(stored.session);
            stored.subscriptions.forEach(restored::subscription);
            stored.deliveries.values().stream()
                    .filter(delivery -> !stored.held.containsKey(delivery.sequence()))
                    .forEach(restored::delivery);
            stored.awaitingRelease.forEach(restored::awaitingRelease);
        }
    }
}
