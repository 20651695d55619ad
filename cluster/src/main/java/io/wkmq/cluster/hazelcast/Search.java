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

    private static final Duration HEARD_FOR = Duration.ofMinutes(1);

    private final SeedSource seeds;
    private final boolean heal;
    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private final Map<NodeId, SeedAddress> met = new HashMap<>();

    @GuardedBy("this")
    private final Map<SeedAddress, Long> heardOf = new LinkedHashMap<>();

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
    }

    /** Where others may be; nowhere for a node that is to stay alone, or is to enter the one cluster that it was told to. */
    synchronized Set<SeedAddress> seeds() {
        if (alone || paused || rests()) {
            return Set.of();
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
        return !alone && !paused && !rests() && (heal || !metOthers);
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
            }
        });
    }

    /** A node at that address looks for this one. */
    synchronized void heardOf(SeedAddress address) {
        heardOf.put(address, nanoTime.getAsLong());
        if (heardOf.size() > KNOWN_MAX) {
            heardOf.remove(heardOf.keySet().iterator().next());
        }
    }

    synchronized void forget(NodeId node) {
        SeedAddress address = met.remove(node);
        heardOf.remove(address);
    }

    /** The node left or was removed: it does not look for others until it is told to join. */
    synchronized void stayAlone() {
        alone = true;
        met.clear();
        heardOf.clear();
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
