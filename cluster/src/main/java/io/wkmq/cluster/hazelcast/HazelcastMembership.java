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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster as one embedded Hazelcast member sees it. Thread-safe. Listeners are called on a thread of its own; {@link #open},
 * {@link #join}, {@link #leave}, {@link #remove} and {@link #close} block.
 */
public final class HazelcastMembership implements Membership, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HazelcastMembership.class);

    private static final Duration EXPIRY = Duration.ofMillis(250);
    private static final Duration SECOND_WORD = Duration.ofSeconds(1);
    private static final Duration REMINDER = Duration.ofSeconds(10);
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(5);
    /** How long a node that no cluster takes stays alone before it looks for others again. */
    private static final Duration REST = Duration.ofSeconds(30);

    private final MemberSettings settings;
    private final Peer self;
    private final EventThread thread = new EventThread("wkmq-members");
    private final PeerTable table;
    private final OperationMessenger messenger;
    private final EarlyMessages early = new EarlyMessages(System::nanoTime);
    private final Search search;
    private final RemovedNodes removed = new RemovedNodes(InstantSource.system());
    private final Refusals refusals = new Refusals(InstantSource.system());
    private final Admission admission;
    private final ClusterFront front;
    private final Door door;
    private final Concierge concierge;
    private final Changes changes;
    private final MergeWatch merges;
    private final AtomicBoolean lookScheduled = new AtomicBoolean();
    /** The peers that said they leave. Of the own thread; a peer that does not after all is one entry. */
    private final Set<NodeId> leaving = new HashSet<>();

    private volatile Map<NodeId, Address> addresses = Map.of();
    private final MemberKeeper keeper = new MemberKeeper(this::startMember, RESTART_PAUSE, this::lookSoon);
    private final FrozenWatch frozen = new FrozenWatch(System::nanoTime);

    private HazelcastMembership(MemberSettings settings, Peer self, SeedSource seeds, ClusterFront front) {
        this.settings = settings;
        this.self = self;
        this.front = front;
        table = new PeerTable(self, thread);
        messenger = new OperationMessenger(this::send, settings.answerTimeout(), System::nanoTime);
        search = new Search(seeds, settings.healing().auto(), System::nanoTime);
        admission = new Admission(self, removed);
        door = new Door(self.node(), front, admission, refusals, table::peers, () -> thread.execute(this::remind));
        concierge =
                new Concierge(messenger, removed, () -> thread.execute(this::remind), this::leaveSoon, this::leaves);
        changes = new Changes(
                new OwnGround(), new EnquiryClient(front), search, admission, removed, settings.changeLimit());
        merges = new MergeWatch(thread, table, changes::running, this::look);
        table.listen(new OwnListener());
    }

    /**
     * A membership that is not open yet: nobody is here, but listeners and answerers can be set.
     *
     * @param self how this node announces itself
     * @param seeds where others may be; asked again and again
     * @param front what proves that a node belongs to the cluster; of the same cluster name and node
     */
    public static HazelcastMembership prepare(
            MemberSettings settings, Peer self, SeedSource seeds, ClusterFront front) {
        return new HazelcastMembership(settings, self, seeds, front);
    }

    /**
     * {@link #prepare Prepares} and {@link #open opens}.
     *
     * @throws IllegalStateException if it cannot start, with the reason
     */
    public static HazelcastMembership start(MemberSettings settings, Peer self, SeedSource seeds, ClusterFront front) {
        HazelcastMembership membership = prepare(settings, self, seeds, front);
        try {
            membership.open();
        } catch (IllegalStateException e) {
            membership.close();
            throw e;
        }
        return membership;
    }

    /**
     * Starts this node's member. It has entered the cluster of its seeds, or is a cluster of one, when this returns, and the
     * listeners were told who is here. Called once.
     *
     * @throws IllegalStateException if it cannot start, with the reason
     */
    public void open() {
        String unsafe = unsafe(settings.bindHost());
        if (unsafe != null) {
            throw new IllegalStateException(unsafe);
        }
        keeper.open();
        thread.every(EXPIRY, messenger::expire);
        thread.every(REMINDER, this::everyNowAndThen);
        thread.executeAndWait(this::look);
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

    /** With others if they let it, else alone. */
    private HazelcastMember startMember(int number) {
        try {
            return tryToStartMember(2 * number);
        } catch (IllegalStateException e) {
            if (search.seeds().isEmpty()) {
                throw e;
            }
            LOG.warn("This node starts alone, for it did not start with others: {}", e.getMessage());
            search.rest(REST);
            return tryToStartMember(2 * number + 1);
        }
    }

    private HazelcastMember tryToStartMember(int number) {
        return startMember(number, settings, self);
    }

    HazelcastMember startMember(int number, MemberSettings how, Peer announced) {
        return HazelcastMember.start(number, how, announced, search, new OwnWire(), door, new OwnEvents());
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

    /** Tells the listener of merges from now on. */
    public void listen(MergeListener listener) {
        merges.listen(listener);
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

    /**
     * Leaves this node's cluster, if it is in one, for that of another node. That one is asked first: while it refuses, nothing
     * changes. A node that was removed may come back this way.
     *
     * @param target where a node of the other cluster takes members, not necessarily the one that leads
     */
    public ChangeResult join(SeedAddress target) {
        return target.equals(address())
                ? new ChangeResult(
                        ChangeResult.Outcome.SELF, "Node " + self.node().name() + " is at " + target + " itself")
                : changes.join(target);
    }

    /** Makes this node a cluster of one. It looks for no others, and takes none of those it left, until it is told to join. */
    public ChangeResult leave() {
        return changes.leave();
    }

    /**
     * Takes a node out of the cluster, be it here or not. All nodes are told, and take it only once it is told to join. What they
     * know of it is lost when the last of them stops.
     */
    public ChangeResult remove(NodeId node) {
        return changes.remove(node);
    }

    private static SeedAddress seed(Address address) {
        return new SeedAddress(address.getHost(), address.getPort());
    }

    HazelcastMember running() {
        HazelcastMember running = keeper.member();
        if (running == null) {
            throw new IllegalStateException("The cluster member does not run");
        }
        return running;
    }

    Search search() {
        return search;
    }

    Admission admission() {
        return admission;
    }

    private boolean send(NodeId node, MessageOperation message) {
        Address target = addresses.get(node);
        HazelcastMember running = keeper.member();
        return target != null && running != null && running.send(target, message);
    }

    private void lookSoon() {
        if (lookScheduled.compareAndSet(false, true)) {
            thread.execute(this::look);
        }
    }

    /** Compares Hazelcast's members with the peers that are known, and tells the difference. On the own thread. */
    private void look() {
        lookScheduled.set(false);
        HazelcastMember running = keeper.member();
        if (running == null || merges.hidesPeers()) {
            return;
        }
        Map<Peer, Address> members = running.members();
        Map<NodeId, Address> now = new HashMap<>();
        members.forEach((peer, address) -> now.put(peer.id(), address));
        now.remove(self.id());
        addresses = Map.copyOf(now);
        search.met(addresses());
        table.show(merges.withCompanions(members.keySet()));
        Map<Address, NodeId> ids = new HashMap<>();
        now.forEach((id, address) -> ids.put(address, id));
        early.release(ids, messenger::received);
    }

    private void everyNowAndThen() {
        keeper.check();
        remind();
        thaw();
    }

    /** As the leader, lets nodes join again that a merge which came to nothing keeps out. */
    private void thaw() {
        HazelcastMember running = keeper.member();
        if (running != null
                && frozen.tooLong(running.leads() && running.frozen() && !merges.running() && !changes.running())) {
            LOG.warn(
                    "The cluster takes no nodes since {}, as after a merge that was interrupted; it does again",
                    FrozenWatch.LIMIT);
            running.thaw();
        }
    }

    /** Reminds all of those who are removed; as the leader, takes them out. On the own thread. */
    private void remind() {
        removed.nodes().forEach(search::forget);
        var unused = concierge.tell(table.peers());
        expelRemoved();
    }

    private void expelRemoved() {
        HazelcastMember running = keeper.member();
        if (running != null && running.leads()) {
            addresses.forEach((id, address) -> {
                if (removed.contains(id)) {
                    running.expel(address, "It was removed from the cluster");
                }
            });
        }
    }

    private void leaves(NodeId node) {
        thread.execute(() -> leaving.add(node));
    }

    private void leaveSoon() {
        Thread leaves =
                new Thread(() -> LOG.info("This node was told to leave its cluster: {}", leave().text()), "wkmq-leave");
        leaves.setDaemon(true);
        leaves.start();
    }

    @Override
    public void close() {
        keeper.close();
        messenger.close();
        thread.close();
    }

    private final class OwnWire implements Wire {
        @Override
        public void received(NodeId from, MessageOperation message) {
            messenger.received(from, message);
        }

        @Override
        public void early(Address from, MessageOperation message) {
            if (early.add(from, message)) {
                thread.execute(HazelcastMembership.this::look); // it may have become a member meanwhile
            }
        }

        @Override
        public Verdict judge(Peer candidate, List<Peer> members) {
            return admission.judge(candidate.node(), candidate.incarnation(), candidate.protocol(), members);
        }

        @Override
        public void heardOf(SeedAddress address) {
            search.heardOf(address);
        }
    }

    private final class OwnGround implements Changes.Ground {
        @Override
        public HazelcastMember member() {
            return running();
        }

        @Override
        public PeerTable table() {
            return table;
        }

        @Override
        public Map<NodeId, Address> addresses() {
            return addresses;
        }

        @Override
        public boolean askToLeave(NodeId node) {
            return concierge.askToLeave(node);
        }

        @Override
        public void tellLeaving() {
            concierge.tellLeaving(table.peers());
        }

        @Override
        public void tellRemoved() {
            concierge.tellAndWait(table.peers());
            thread.execute(HazelcastMembership.this::expelRemoved);
        }
    }

    private final class OwnListener implements MembershipListener {
        @Override
        public void here(Peer peer) {
            var unused = concierge.tell(List.of(peer));
            // It may not have answered yet.
            thread.after(SECOND_WORD, HazelcastMembership.this::remind);
        }

        @Override
        public void gone(Peer peer) {
            messenger.gone(peer.id());
            if (leaving.remove(peer.id())) {
                search.forget(peer.id());
            }
        }
    }

    private final class OwnEvents implements MemberEvents {
        @Override
        public void membersChanged() {
            lookSoon();
        }

        @Override
        public void merging() {
            thread.execute(merges::begin);
        }

        @Override
        public void merged() {
            thread.execute(merges::end);
        }

        @Override
        public void stopped() {
            keeper.check();
        }
    }
}
