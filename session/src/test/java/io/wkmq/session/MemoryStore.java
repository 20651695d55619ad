package io.wkmq.session;

import io.wkmq.routing.SubscriptionFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A session store whose disk is a map. Changes reach it in order, when the test completes a flush that covers them; a crash discards the
 * rest, and what is held back. Rejects what the contract forbids: changes of sessions that are not stored.
 */
final class MemoryStore implements SessionStore {
    private record Flush(int upTo, Completion completion) {}

    private record Held(Kept owner, long sequence) {}

    /** The stored state of one session. */
    static final class Kept {
        StoredSession session;
        final Map<SubscriptionFilter, SubscriptionOptions> subscriptions = new LinkedHashMap<>();
        final TreeMap<Long, StoredDelivery> deliveries = new TreeMap<>();
        final TreeMap<Long, StoredDelivery> held = new TreeMap<>();
        final TreeSet<Integer> awaitingRelease = new TreeSet<>();

        Kept(StoredSession session) {
            this.session = session;
        }

        /** The map that has the delivery. */
        private Map<Long, StoredDelivery> place(long sequence) {
            if (!deliveries.containsKey(sequence) && !held.containsKey(sequence)) {
                throw new AssertionError("Sequence " + sequence + " of " + session.clientId() + " is not stored");
            }
            return held.containsKey(sequence) ? held : deliveries;
        }
    }

    private final Map<String, Kept> disk = new TreeMap<>();
    private final IdentityHashMap<Hold, List<Held>> holds = new IdentityHashMap<>();
    private final List<Runnable> changes = new ArrayList<>(); // not on disk yet
    private final ArrayDeque<Flush> flushes = new ArrayDeque<>();
    private boolean flushesAtOnce = true;
    private boolean writable = true;
    private final Set<String> refused = new HashSet<>();
    private boolean refuses;
    private int flushed;

    void flushesAtOnce(boolean now) {
        flushesAtOnce = now;
    }

    void writable(boolean now) {
        writable = now;
    }

    /** From now on it takes nothing under a hold. */
    void refuses(boolean now) {
        refuses = now;
    }

    /** How many flushes were asked for. */
    int flushed() {
        return flushed;
    }

    int waitingFlushes() {
        return flushes.size();
    }

    Map<String, Kept> disk() {
        return disk;
    }

    Kept kept(String clientId) {
        Kept kept = disk.get(clientId);
        if (kept == null) {
            throw new AssertionError("No session of " + clientId + " is stored");
        }
        return kept;
    }

    StoredDelivery.State state(String clientId, long sequence) {
        StoredDelivery delivery = kept(clientId).deliveries.get(sequence);
        if (delivery == null) {
            throw new AssertionError("Sequence " + sequence + " of " + clientId + " is not stored");
        }
        return delivery.state();
    }

    /** Completes the oldest flush. */
    void completeOne() {
        Flush flush = flushes.remove();
        apply(flush.upTo);
        List<Flush> later = new ArrayList<>(flushes);
        flushes.clear();
        for (Flush other : later) {
            flushes.add(new Flush(other.upTo - flush.upTo, other.completion));
        }
        flush.completion.durable();
    }

    void completeAll() {
        while (!flushes.isEmpty()) {
            completeOne();
        }
    }

    /** Fails the oldest flush; its changes reach the disk with the next one. */
    void failOne(String reason) {
        flushes.remove().completion.failed(reason);
    }

    /** The node dies: of the changes that no completed flush covers only the first {@code survivors} reached the disk. */
    void crash(int survivors) {
        apply(Math.min(survivors, changes.size()));
        changes.clear();
        flushes.clear();
        holds.clear();
        disk.values().forEach(kept -> kept.held.clear());
    }

    /** How many holds have begun, as far as changes have reached the disk, and not ended. */
    int openHolds() {
        return holds.size();
    }

    int unflushed() {
        return changes.size();
    }

    private void apply(int count) {
        List<Runnable> applied = changes.subList(0, count);
        applied.forEach(Runnable::run);
        applied.clear();
    }

    @Override
    public void put(StoredSession session) {
        changes.add(() -> {
            Kept kept = disk.get(session.clientId());
            if (kept == null) {
                disk.put(session.clientId(), new Kept(session));
            } else {
                kept.session = session;
            }
        });
    }

    @Override
    public void remove(String clientId) {
        changes.add(() -> disk.remove(clientId));
    }

    @Override
    public void subscribe(String clientId, SubscriptionFilter filter, SubscriptionOptions options) {
        changes.add(() -> kept(clientId).subscriptions.put(filter, options));
    }

    @Override
    public void unsubscribe(String clientId, SubscriptionFilter filter) {
        changes.add(() -> kept(clientId).subscriptions.remove(filter));
    }

    @Override
    public void enqueue(String clientId, StoredDelivery delivery, @Nullable Hold hold) {
        if (hold != null && refuses) {
            refused.add(clientId + ' ' + delivery.sequence());
            hold.refused("the store is full");
            return;
        }
        changes.add(() -> {
            Kept kept = kept(clientId);
            long sequence = delivery.sequence();
            if (kept.deliveries.containsKey(sequence) || kept.held.containsKey(sequence)) {
                throw new AssertionError("Sequence " + sequence + " of " + clientId + " is used twice");
            }
            if (hold == null) {
                kept.deliveries.put(sequence, delivery);
            } else {
                kept.held.put(sequence, delivery);
                holds.computeIfAbsent(hold, begun -> new ArrayList<>()).add(new Held(kept, sequence));
            }
        });
    }

    @Override
    public void inflight(String clientId, long sequence, int packetId, StoredDelivery.State state) {
        if (refused.contains(clientId + ' ' + sequence)) {
            return;
        }
        changes.add(() -> kept(clientId)
                .place(sequence)
                .computeIfPresent(
                        sequence,
                        (s, before) -> new StoredDelivery(
                                sequence,
                                before.message(),
                                before.qos(),
                                before.retain(),
                                before.subscriptionIdentifiers(),
                                before.share(),
                                packetId,
                                state)));
    }

    @Override
    public void dequeue(String clientId, long sequence, @Nullable Hold ended) {
        if (refused.remove(clientId + ' ' + sequence)) {
            return;
        }
        changes.add(() -> {
            kept(clientId).place(sequence).remove(sequence);
            if (ended != null) {
                end(ended);
            }
        });
    }

    @Override
    public void awaitRelease(String clientId, int packetId, @Nullable Hold ended) {
        changes.add(() -> {
            if (ended != null) {
                end(ended);
            }
            kept(clientId).awaitingRelease.add(packetId);
        });
    }

    @Override
    public void letGo(Hold hold) {
        changes.add(() -> end(hold));
    }

    private void end(Hold hold) {
        List<Held> ended = holds.remove(hold);
        for (Held each : ended == null ? List.<Held>of() : ended) {
            StoredDelivery delivery = each.owner.held.remove(each.sequence);
            if (delivery != null) {
                each.owner.deliveries.put(each.sequence, delivery);
            }
        }
    }

    @Override
    public void released(String clientId, int packetId) {
        changes.add(() -> kept(clientId).awaitingRelease.remove(packetId));
    }

    @Override
    public void flush(Completion completion) {
        flushed++;
        flushes.add(new Flush(changes.size(), completion));
        if (flushesAtOnce) {
            completeAll();
        }
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public void restore(Restored restored) {
        for (Kept kept : disk.values()) {
            restored.session(kept.session);
            kept.subscriptions.forEach(restored::subscription);
            kept.deliveries.values().forEach(restored::delivery);
            kept.awaitingRelease.forEach(restored::awaitingRelease);
        }
    }
}
