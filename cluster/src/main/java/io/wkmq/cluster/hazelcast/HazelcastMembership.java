package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.membership.SeedSource;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.routing.NodeId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster as one embedded Hazelcast member sees it. Thread-safe. Listeners are called on a thread of its own; {@link #start}
 * and {@link #close} block.
 */
public final class HazelcastMembership implements Membership, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HazelcastMembership.class);

    /** How long peers that a merge hides are not reported as gone: most come back with the cluster that is entered. */
    private static final Duration MERGE_PATIENCE = Duration.ofSeconds(5);

    private static final Duration EXPIRY = Duration.ofMillis(250);

    private final Peer self;
    private final EventThread thread = new EventThread("wkmq-members");
    private final PeerTable table;
    private final OperationMessenger messenger;
    private final Search search;
    private final RemovedNodes removed = new RemovedNodes(InstantSource.system());
    private final Refusals refusals = new Refusals(InstantSource.system());
    private final Admission admission;
    private final ClusterFront front;
    private final Door door;
    private final AtomicBoolean lookScheduled = new AtomicBoolean();
    private volatile Map<NodeId, Address> addresses = Map.of();
    private volatile @Nullable HazelcastMember member;
    /** Until when peers that are not seen count as here; 0 if no merge runs. Of the own thread. */
    private long mergePatienceEnds;

    private HazelcastMembership(MemberSettings settings, Peer self, SeedSource seeds, ClusterFront front) {
        this.self = self;
        table = new PeerTable(self, thread);
        messenger = new OperationMessenger(this::send, settings.answerTimeout(), System::nanoTime);
        search = new Search(seeds, settings.healing().auto());
        this.front = front;
        admission = new Admission(self, removed);
        door = new Door(self.node(), front, admission, refusals, table::peers);
    }

    /**
     * Starts this node's member. It has entered the cluster of its seeds, or is a cluster of one, when this returns.
     *
     * @param self how this node announces itself
     * @param seeds where others may be; asked again and again
     * @param front what proves that a node belongs to the cluster; of the same cluster name and node
     * @throws IllegalStateException if it cannot start, with the reason
     */
    public static HazelcastMembership start(MemberSettings settings, Peer self, SeedSource seeds, ClusterFront front) {
        HazelcastMembership membership = new HazelcastMembership(settings, self, seeds, front);
        try {
            membership.open(settings);
        } catch (IllegalStateException e) {
            membership.close();
            throw e;
        }
        return membership;
    }

    private void open(MemberSettings settings) {
        String unsafe = unsafe(settings.bindHost());
        if (unsafe != null) {
            throw new IllegalStateException(unsafe);
        }
        HazelcastMember started = HazelcastMember.start(settings, self, search, new OwnWire(), door, new OwnEvents());
        member = started;
        thread.every(EXPIRY, messenger::expire);
        thread.execute(this::look);
        LOG.info(
                "This node takes members, name={} id={} address={}", self.node().name(), self.id(), address());
    }

    private @Nullable String unsafe(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                String unsafe = front.unsafeAt(address);
                if (unsafe != null) {
                    return unsafe;
                }
            }
            return null;
        } catch (UnknownHostException e) {
            return "The host " + host + " on which to take other nodes is unknown; expected one of this machine's";
        }
    }

    @Override
    public Peer self() {
        return self;
    }

    @Override
    public List<Peer> peers() {
        return table.peers();
    }

    @Override
    public void listen(MembershipListener listener) {
        table.listen(listener);
    }

    /** Carries control messages to the peers. */
    public Messenger messenger() {
        return messenger;
    }

    /** Where this node takes members. */
    public SeedAddress address() {
        return seed(running().address());
    }

    /** Where the peers that are here take members; worth remembering as seeds. */
    public Map<NodeId, SeedAddress> addresses() {
        Map<NodeId, SeedAddress> seeds = new HashMap<>();
        addresses.forEach((id, address) -> seeds.put(id, seed(address)));
        return Map.copyOf(seeds);
    }

    /** Connections between nodes that came to nothing lately; the oldest first. */
    public List<RefusedConnection> refusals() {
        return refusals.recent();
    }

    private static SeedAddress seed(Address address) {
        return new SeedAddress(address.getHost(), address.getPort());
    }

    private HazelcastMember running() {
        HazelcastMember running = member;
        if (running == null) {
            throw new IllegalStateException("The cluster member does not run");
        }
        return running;
    }

    private boolean send(NodeId node, MessageOperation message) {
        Address target = addresses.get(node);
        HazelcastMember running = member;
        return target != null && running != null && running.send(target, message);
    }

    /** Compares Hazelcast's members with the peers that are known, and tells the difference. */
    private void look() {
        lookScheduled.set(false);
        HazelcastMember running = member;
        if (running == null || (mergePatienceEnds != 0 && System.nanoTime() - mergePatienceEnds < 0)) {
            return;
        }
        Map<Peer, Address> members = running.members();
        Map<NodeId, Address> now = new HashMap<>();
        members.forEach((peer, address) -> now.put(peer.id(), address));
        now.remove(self.id());
        addresses = Map.copyOf(now);
        if (!now.isEmpty()) {
            search.metOthers();
        }
        List<Peer> before = table.peers();
        table.show(members.keySet());
        List<Peer> after = table.peers();
        before.stream().filter(peer -> !after.contains(peer)).forEach(peer -> messenger.gone(peer.id()));
    }

    @Override
    public void close() {
        HazelcastMember running = member;
        member = null;
        if (running != null) {
            running.close();
        }
        messenger.close();
        thread.close();
    }

    private final class OwnWire implements Wire {
        @Override
        public void received(NodeId from, MessageOperation message) {
            messenger.received(from, message);
        }

        @Override
        public Verdict judge(Peer candidate, List<Peer> members) {
            return admission.judge(candidate.node(), candidate.incarnation(), candidate.protocol(), members);
        }
    }

    private final class OwnEvents implements MemberEvents {
        @Override
        public void membersChanged() {
            if (lookScheduled.compareAndSet(false, true)) {
                thread.execute(HazelcastMembership.this::look);
            }
        }

        @Override
        public void merging() {
            thread.execute(() -> {
                mergePatienceEnds = System.nanoTime() + MERGE_PATIENCE.toNanos();
                thread.after(MERGE_PATIENCE.plusMillis(1), HazelcastMembership.this::look);
            });
        }

        @Override
        public void merged() {
            thread.execute(() -> {
                mergePatienceEnds = 0;
                look();
            });
        }

        @Override
        public void stopped() {
            // closing was asked for
        }
    }
}
