package io.wkmq.cluster.sessions;

import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.SessionStore;
import io.wkmq.session.StoredSession;
import io.wkmq.session.SubscriptionOptions;
import io.wkmq.testing.sim.SimTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The disk of a simulated node, of sessions without messages. What no completed flush covers is lost with the process. */
final class SimDisk {
    private final SimTime time;
    private final Random random;
    private final Map<String, StoredSession> sessions = new TreeMap<>();

    SimDisk(SimTime time, Random random) {
        this.time = time;
        this.random = random;
    }

    Map<String, StoredSession> sessions() {
        return sessions;
    }

    /** The store of one run of the node's process. */
    SessionStore open(BooleanSupplier alive) {
        return new Store(alive);
    }

    private final class Store implements SessionStore {
        private final BooleanSupplier alive;
        private final List<Runnable> changes = new ArrayList<>();
        private long busyUntilMs;

        Store(BooleanSupplier alive) {
            this.alive = alive;
        }

        @Override
        public void put(StoredSession session) {
            changes.add(() -> sessions.put(session.clientId(), session));
        }

        @Override
        public void remove(String clientId) {
            changes.add(() -> sessions.remove(clientId));
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
            sessions.values().forEach(restored::session);
        }

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public void subscribe(String clientId, SubscriptionFilter filter, SubscriptionOptions options) {}

        @Override
        public void unsubscribe(String clientId, SubscriptionFilter filter) {}

        @Override
        public void enqueue(String clientId, StoredDelivery delivery, @Nullable Hold hold) {}

        @Override
        public void inflight(String clientId, long sequence, int packetId, StoredDelivery.State state) {}

        @Override
        public void dequeue(String clientId, long sequence, @Nullable Hold ended) {}

        @Override
        public void awaitRelease(String clientId, int packetId, @Nullable Hold ended) {}

        @Override
        public void released(String clientId, int packetId) {}

        @Override
        public void letGo(Hold hold) {}
    }
}
