package io.wkmq.cluster.hazelcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.membership.SeedSource;
import io.wkmq.routing.NodeId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Whether and where this node looks for others: at the seeds, where it met nodes before, and at the addresses of nodes that looked for this
 * one, since one of these may lead the cluster to be entered. Outlives the member that searches. Thread-safe.
 */
final class Search {
    static final int KNOWN_MAX = 256;

    static final Duration SELDOM = Duration.ofMinutes(1);
    private static final Duration HEARD_FOR = Duration.ofMinutes(1);

    private final SeedSource seeds;
    private final boolean heal;
    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private final Map<NodeId, SeedAddress> met = new HashMap<>();

    @GuardedBy("this")
    private final Map<SeedAddress, Long> heardOf = new LinkedHashMap<>();

    @GuardedBy("this")
    private final Map<NodeId, SeedAddress> givenUp = new LinkedHashMap<>();

    @GuardedBy("this")
    private long lookedForGivenUp;

    @GuardedBy("this")
    private boolean metOthers;

    @GuardedBy("this")
    private boolean alone;

    @GuardedBy("this")
    private boolean paused;

    @GuardedBy("this")
    private boolean resting;

    @GuardedBy("this")
    private long restEnds;

    Search(SeedSource seeds, boolean heal, LongSupplier nanoTime) {
        this.seeds = seeds;
        this.heal = heal;
        this.nanoTime = nanoTime;
        givenUp.putAll(seeds.givenUp());
        this.lookedForGivenUp = nanoTime.getAsLong() - SELDOM.toNanos();
    }

    /**
     * Returns the addresses at which others may be; none while the node is to enter the one cluster that it was told to join. A node that
     * is to stay alone looks only for nodes that have joined it since.
     */
    synchronized Set<SeedAddress> seeds() {
        if (paused || rests()) {
            return Set.of();
        }
        if (alone) {
            return Set.copyOf(met.values());
        }
        long now = nanoTime.getAsLong();
        heardOf.values().removeIf(since -> now - since >= HEARD_FOR.toNanos());
        Set<SeedAddress> all = new HashSet<>(seeds.seeds());
        all.addAll(met.values());
        all.addAll(heardOf.keySet());
        return all;
    }

    /** Returns whether to look for clusters other than the current one. */
    synchronized boolean on() {
        return !paused && !rests() && (alone ? heal && !met.isEmpty() : heal || !metOthers);
    }

    @GuardedBy("this")
    private boolean rests() {
        if (resting && nanoTime.getAsLong() - restEnds >= 0) {
            resting = false;
        }
        return resting;
    }

    /** Looks for nobody for some time, because searching led to failure. */
    synchronized void rest(Duration time) {
        restEnds = nanoTime.getAsLong() + time.toNanos();
        resting = true;
    }

    /** Records that the node is in a cluster with others; from now on, being apart from them is a split. */
    synchronized void met(Map<NodeId, SeedAddress> others) {
        if (!others.isEmpty()) {
            metOthers = true;
        }
        others.forEach((node, address) -> {
            if (met.size() < KNOWN_MAX || met.containsKey(node)) {
                met.put(node, address);
                givenUp.remove(node);
            }
        });
    }

    /** Records that a node at that address is looking for this one. */
    synchronized void heardOf(SeedAddress address) {
        if (alone) {
            return;
        }
        heardOf.put(address, nanoTime.getAsLong());
        if (heardOf.size() > KNOWN_MAX) {
            heardOf.remove(heardOf.keySet().iterator().next());
        }
    }

    /** Stops looking for a node that left or was removed. */
    synchronized void forget(NodeId node) {
        SeedAddress address = met.remove(node);
        heardOf.remove(address);
        givenUp.remove(node);
    }

    /**
     * Looks for a node that has been dead for long, but only seldom. Being cut off looks the same from both sides, and two parts that
     * forgot each other would stay apart.
     */
    synchronized void giveUp(NodeId node) {
        SeedAddress address = met.remove(node);
        if (address != null) {
            heardOf.remove(address);
            givenUp.put(node, address);
            if (givenUp.size() > KNOWN_MAX) {
                givenUp.remove(givenUp.keySet().iterator().next());
            }
        }
    }

    /** Returns the addresses of nodes that were given up, if it is time to look there once more. Called at each search. */
    synchronized Set<SeedAddress> givenUp() {
        long now = nanoTime.getAsLong();
        if (paused || givenUp.isEmpty() || now - lookedForGivenUp < SELDOM.toNanos()) {
            return Set.of();
        }
        lookedForGivenUp = now;
        return Set.copyOf(givenUp.values());
    }

    /** Stops looking for others until the node is told to join, because it left or was removed. */
    synchronized void stayAlone() {
        alone = true;
        met.clear();
        heardOf.clear();
        givenUp.clear();
    }

    synchronized void joinOthers() {
        alone = false;
        resting = false;
    }

    /** Looks for nobody while an administrator's change is in progress. */
    synchronized void pause(boolean pause) {
        paused = pause;
    }
}
