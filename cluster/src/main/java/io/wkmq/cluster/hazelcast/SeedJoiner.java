package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.cluster.impl.TcpIpJoiner;
import com.hazelcast.internal.server.ServerConnectionManager;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds other nodes at the addresses of a {@link SeedSource}, which is asked anew each time. Hazelcast decides how nodes that start
 * together agree on one cluster and how two clusters merge; this class decides where to look:
 * <ul>
 *   <li>at exactly each seed's port, never at a range of ports;
 *   <li>at the leader of a cluster whose seed does not lead it; the leader is found by {@link MasterQuestion};
 *   <li>not at clusters that would refuse this node: it would learn so only after it had left its own.
 * </ul>
 * A node that no cluster accepts within the join timeout starts alone and keeps looking; Hazelcast would shut it down. Runs on Hazelcast's
 * threads, one at a time.
 */
final class SeedJoiner extends TcpIpJoiner {
    private static final Logger LOG = LoggerFactory.getLogger(SeedJoiner.class);

    /** The limit for connecting to all addresses of one search together, however many they are; reachable ones wait as long. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(4);

    /** The limit for the members to identify themselves once the connections are established. */
    private static final Duration HELLO_LIMIT = Duration.ofSeconds(1);

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(3);
    private static final long POLL_MS = 10;

    private final Peer self;
    private final Search search;
    private final Wire wire;
    private final MemberEvents events;
    /** The addresses to use instead of the seeds on the thread that searches; other threads may join at the same time. */
    private volatile @Nullable Look look;

    SeedJoiner(Node node, Peer self, Search search, Wire wire, MemberEvents events) {
        super(node);
        this.wire = wire;
        this.events = events;
        this.self = self;
        this.search = search;
    }

    @Override
    public void doJoin() {
        super.doJoin();
        if (node.isRunning() && !clusterService.isJoined()) {
            LOG.warn(
                    "No cluster took this node in time, it starts alone and goes on looking, seeds={}", search.seeds());
            clusterJoinManager.setThisMemberAsMaster();
        }
    }

    @Override
    protected void startClusterMerge(Address target, int memberListVersion) {
        events.mergeAhead();
        super.startClusterMerge(target, memberListVersion);
    }

    @Override
    protected Collection<Address> getPossibleAddresses() {
        Look now = look;
        return now != null && now.thread == Thread.currentThread() ? new HashSet<>(now.leaders) : seeds();
    }

    private Set<Address> seeds() {
        return addresses(search.seeds());
    }

    private Set<Address> addresses(Set<SeedAddress> seeds) {
        Set<Address> addresses = new HashSet<>();
        for (SeedAddress seed : seeds) {
            try {
                addresses.add(new Address(seed.host(), seed.port()));
            } catch (UnknownHostException e) {
                LOG.debug("A seed's host is unknown now, seed={}", seed);
            }
        }
        addresses.remove(node.getThisAddress());
        return addresses;
    }

    /** Searches for other clusters; called by Hazelcast periodically on the leader of a cluster. */
    @Override
    public void searchForOtherClusters() {
        Set<Address> found = otherLeaders();
        if (found.isEmpty()) {
            return;
        }
        look = new Look(Thread.currentThread(), found);
        try {
            super.searchForOtherClusters();
        } finally {
            look = null;
        }
    }

    /**
     * Looks for other clusters on a member that does not lead. Only leaders can merge clusters, but a leader may not know the addresses
     * that this node knows. The leaders found learn of this node, and through it find its leader.
     */
    void showUp() {
        if (clusterService.isJoined() && !clusterService.isMaster()) {
            Set<Address> found = otherLeaders();
            LOG.debug("Clusters other than this one are led at {}", found);
        }
    }

    private Set<Address> otherLeaders() {
        if (!search.on()) {
            return Set.of();
        }
        Collection<Address> strangers = getFilteredPossibleAddresses();
        strangers.addAll(addresses(search.givenUp()));
        if (strangers.isEmpty()) {
            return Set.of();
        }
        Set<Address> found = leadersOf(connected(strangers));
        // Each leader must hear of this node, since it may be the one that has to enter the other cluster.
        Set<Address> further = new HashSet<>(found);
        further.removeAll(strangers);
        found.retainAll(strangers);
        found.addAll(leadersOf(connected(further)));
        return search.on() ? found : Set.of();
    }

    /** Returns the addresses that a connection could be made to. All are tried at once, so that the delays of dead ones do not add up. */
    private List<Address> connected(Collection<Address> addresses) {
        ServerConnectionManager connections = node.getServer().getConnectionManager(EndpointQualifier.MEMBER);
        addresses.forEach(address -> connections.getOrConnect(address, true));
        long start = System.nanoTime();
        long settled = start;
        try {
            while (addresses.stream().anyMatch(address -> connections.get(address) == null)
                    && System.nanoTime() - start < CONNECT_LIMIT.toNanos()
                    && System.nanoTime() - settled < HELLO_LIMIT.toNanos()) {
                if (connecting(connections, addresses)) {
                    settled = System.nanoTime();
                }
                Thread.sleep(POLL_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return addresses.stream()
                .filter(address -> connections.get(address) != null)
                .toList();
    }

    private static boolean connecting(ServerConnectionManager connections, Collection<Address> addresses)
            throws InterruptedException {
        for (Address address : addresses) {
            try {
                boolean unused = connections.blockOnConnect(address, 0, 0);
            } catch (HazelcastException e) {
                if (e.getCause() instanceof TimeoutException) {
                    return true;
                }
                LOG.debug("A seed is not reachable, address={} reason={}", address, e.getMessage());
            }
        }
        return false;
    }

    private Set<Address> leadersOf(List<Address> connected) {
        Map<Address, Future<Object>> questions = new HashMap<>();
        for (Address address : connected) {
            questions.put(
                    address,
                    node.getNodeEngine()
                            .getOperationService()
                            .createInvocationBuilder(Wire.SERVICE, new MasterQuestion(self, wire.removals()), address)
                            .setTryCount(1)
                            .invoke());
        }
        Set<Address> leaders = new HashSet<>();
        long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
        questions.forEach((address, answer) -> {
            Address leader = leader(address, answer, deadline - System.nanoTime());
            if (leader != null && clusterService.getMember(leader) == null && !leader.equals(node.getThisAddress())) {
                leaders.add(leader);
            }
        });
        return leaders;
    }

    private static @Nullable Address leader(Address asked, Future<Object> answer, long nanos) {
        try {
            return (Address) answer.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("A seed did not say who leads its cluster, address={} reason={}", asked, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private record Look(Thread thread, Set<Address> leaders) {}
}
