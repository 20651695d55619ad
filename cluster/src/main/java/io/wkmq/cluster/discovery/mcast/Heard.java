package io.wkmq.cluster.discovery.mcast;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.cluster.discovery.Found;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.routing.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The beacons received lately, by address rather than by node, so that a replayed beacon does not displace a node's current
 * address. Bounded; the oldest are forgotten first. Thread-safe.
 */
final class Heard {
    static final int ADDRESSES_MAX = 256;

    private static final int SENDERS_MAX = 8;
    private static final long STRANGER_NANOS = Duration.ofMinutes(1).toNanos();

    private final long nodeNanos;

    @GuardedBy("this")
    private final Map<SeedAddress, Heard.At<Beacon>> nodes = oldestFirst(ADDRESSES_MAX);

    @GuardedBy("this")
    private final Map<String, Heard.At<String>> remarks = oldestFirst(SENDERS_MAX);

    /** A value and when it was received. */
    private record At<T>(T what, long nanos) {}

    /**
     * Creates it empty.
     *
     * @param kept how long a silent node is remembered
     */
    Heard(Duration kept) {
        this.nodeNanos = kept.toNanos();
    }

    /** Records a beacon; returns true if its address is new. */
    synchronized boolean node(Beacon beacon, long now) {
        SeedAddress address = beacon.node().address();
        boolean known = nodes.remove(address) != null;
        nodes.put(address, new At<>(beacon, now));
        return !known;
    }

    /** Records that a sender sends something that is not followed. */
    synchronized void stranger(String sender, String remark, long now) {
        remarks.remove(sender);
        remarks.put(sender, new At<>(remark, now));
    }

    synchronized Found found(NodeId self, long now) {
        nodes.values().removeIf(at -> now - at.nanos > nodeNanos);
        remarks.values().removeIf(at -> now - at.nanos > STRANGER_NANOS);
        List<SeedAddress> addresses = new ArrayList<>();
        nodes.values().stream()
                .map(at -> at.what.node())
                .filter(node -> !node.node().id().equals(self))
                .forEach(node -> addresses.add(node.address()));
        List<String> sorted = new ArrayList<>(
                new TreeSet<>(remarks.values().stream().map(at -> at.what).toList()));
        return new Found(addresses, sorted);
    }

    private static <K, V> Map<K, V> oldestFirst(int max) {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > max;
            }
        };
    }
}
