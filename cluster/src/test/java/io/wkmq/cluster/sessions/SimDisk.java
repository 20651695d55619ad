package io.wkmq.cluster.sessions;

import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore;
import io.wkmq.session.StoredSession;
import io.wkmq.session.SubscriptionOptions;
import io.wkmq.testing.sim.SimTime;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The disk of a simulated node. What is not covered by a completed flush is lost with the process. */
final class SimDisk {
    private final SimTime time;
    private final Random random;
    private final Map<String, Kept> sessions = new TreeMap<>();

    SimDisk(SimTime time, Random random) {
        this.time = time;
        this.random = random;
    }

    private static final class Kept {
        private StoredSession session;
        private final Map<SubscriptionFilter, SubscriptionOptions> subscriptions = new LinkedHashMap<>();
        private final Map<Long, SessionStore.StoredDelivery> deliveries = new TreeMap<>();
        private final Set<Integer> packetIds = new TreeSet<>();

        Kept(StoredSession session) {
            this.session = session;
        }
    }

    /** The client ids of the stored sessions. */
    Set<String> sessions() {
        return sessions.keySet();
    }

    /** The store of one run of the node's process. */
    SessionStore open(BooleanSupplier alive) {
        return new Store(alive);
    }

    /** A change of an existing session in the store. */
    private interface Change {
        void to(Kept session);
    }

    private final class Store implements SessionStore {
        private final BooleanSupplier alive;
        private final List<Runnable> changes = new ArrayList<>();
        private final IdentityHashMap<Hold, List<Runnable>> held = new IdentityHashMap<>();
        private long busyUntilMs;

        Store(BooleanSupplier alive) {
            this.alive = alive;
        }

        private void change(String clientId, Change change) {
            changes.add(() -> apply(clientId, change));
        }

        private void apply(String clientId, Change change) {
            Kept kept = sessions.get(clientId);
            if (kept != null) {
                change.to(kept);
            }
        }

        @Override
        public void put(StoredSession session) {
            changes.add(() -> sessions.computeIfAbsent(session.clientId(), id -> new Kept(session)).session = session);
        }

        @Override
        public void remove(String clientId) {
            changes.add(() -> sessions.remove(clientId));
        }

        @Override
        public void subscribe(String clientId, SubscriptionFilter filter, SubscriptionOptions options) {
            change(clientId, kept -> kept.subscriptions.put(filter, options));
        }

        @Override
        public void unsubscribe(String clientId, SubscriptionFilter filter) {
            change(clientId, kept -> kept.subscriptions.remove(filter));
        }

        @Override
        public void enqueue(String clientId, StoredDelivery delivery, @Nullable Hold hold) {
            List<Runnable> into = hold == null ? changes : held.computeIfAbsent(hold, key -> new ArrayList<>());
            into.add(() -> apply(clientId, kept -> kept.deliveries.put(delivery.sequence(), delivery)));
        }

        @Override
        public void inflight(String clientId, long sequence, int packetId, StoredDelivery.State state) {
            later(() -> apply(
                    clientId,
                    kept -> kept.deliveries.computeIfPresent(sequence, (key, was) -> moved(was, packetId, state))));
        }

        private StoredDelivery moved(StoredDelivery was, int packetId, StoredDelivery.State state) {
            return new StoredDelivery(
                    was.sequence(),
                    was.message(),
                    was.qos(),
                    was.retain(),
                    was.subscriptionIdentifiers(),
                    was.share(),
                    packetId,
                    state);
        }

        @Override
        public void dequeue(String clientId, long sequence, @Nullable Hold ended) {
            later(() -> apply(clientId, kept -> kept.deliveries.remove(sequence)));
            end(ended);
        }

        /** What is held may be changed too: then the change goes behind it. */
        private void later(Runnable change) {
            held.values().forEach(each -> each.add(change));
            changes.add(change);
        }

        @Override
        public void awaitRelease(String clientId, int packetId, @Nullable Hold ended) {
            change(clientId, kept -> kept.packetIds.add(packetId));
            end(ended);
        }

        @Override
        public void released(String clientId, int packetId) {
            change(clientId, kept -> kept.packetIds.remove(packetId));
        }

        @Override
        public void letGo(Hold hold) {
            end(hold);
        }

        private void end(@Nullable Hold hold) {
            List<Runnable> ended = hold == null ? null : held.remove(hold);
            if (ended != null) {
                changes.addAll(ended);
            }
        }

        @Override
        public void flush(Completion completion) {
            changes.add(completion::durable);
            List<Runnable> flushed = List.copyOf(changes);
            changes.clear();
            busyUntilMs = Math.max(busyUntilMs, time.nowMs() + random.nextInt(3));
            time.after(busyUntilMs - time.nowMs(), () -> {
                if (alive.getAsBoolean()) {
                    flushed.forEach(Runnable::run);
                }
            });
        }

        @Override
        public void restore(Restored restored) {
            for (Kept kept : sessions.values()) {
                restored.session(kept.session);
                kept.subscriptions.forEach(restored::subscription);
                kept.deliveries.values().forEach(restored::delivery);
                kept.packetIds.forEach(restored::awaitingRelease);
            }
        }

        @Override
        public boolean writable() {
            return true;
        }
    }
}
