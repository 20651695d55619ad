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
 * Whether and where this node looks for others: at the seeds, where it met nodes before, and where a node is that looked for
 * this one, which may be the one that has to be entered. Outlives the member that looks. Thread-safe.
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
     * Where others may be; nowhere while the node is to enter the one cluster that it was told to. One that is to stay alone looks
     * for those only who have joined it since.
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

    /** Whether to look for clusters other than that in which the node is. */
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

    /** Looks for nobody for some time: looking led to nothing good. */
    synchronized void rest(Duration time) {
        restEnds = nanoTime.getAsLong() + time.toNanos();
        resting = true;
    }

    /** The node is in a cluster with others: once it is apart from them, that is a split. */
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

    /** A node at that address looks for this one. */
    synchronized void heardOf(SeedAddress address) {
        if (alone) {
            return;
        }
        heardOf.put(address, nanoTime.getAsLong());
        if (heardOf.size() > KNOWN_MAX) {
            heardOf.remove(heardOf.keySet().iterator().next());
        }
    }

    /** A node left or was removed: there is nothing to look for where it was. */
    synchronized void forget(NodeId node) {
        SeedAddress address = met.remove(node);
        heardOf.remove(address);
        givenUp.remove(node);
    }

    /**
     * A node is dead for long. To be cut off looks the same on both sides, and if both forgot each other they would stay apart: it is
     * still looked for, but seldom.
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

    /** Where nodes were that were given up, if it is time to look there once more; asked for at each look. */
    synchronized Set<SeedAddress> givenUp() {
        long now = nanoTime.getAsLong();
        if (paused || givenUp.isEmpty() || now - lookedForGivenUp < SELDOM.toNanos()) {
            return Set.of();
        }
        lookedForGivenUp = now;
        return Set.copyOf(givenUp.values());
    }

    /** The node left or was removed: it does not look for others until it is told to join. */
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

    /** Looks for nobody while the administrator's own change runs. */
    synchronized void pause(boolean pause) {
        paused = pause;
    }
}
