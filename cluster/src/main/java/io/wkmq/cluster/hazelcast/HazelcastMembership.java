package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.MembershipStatus;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.RemovalWord;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.membership.SeedSource;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cluster membership as seen by one embedded Hazelcast member. Thread-safe. Listeners are called on a dedicated thread; {@link #open},
 * {@link #join}, {@link #leave}, {@link #remove} and {@link #close} block.
 */
public final class HazelcastMembership implements Membership, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HazelcastMembership.class);

    private static final Duration EXPIRY = Duration.ofMillis(250);
    private static final Duration EXPIRY_ALONE = Duration.ofSeconds(1);
    private static final Duration SECOND_WORD = Duration.ofSeconds(1);
    private static final Duration REMINDER = Duration.ofSeconds(10);
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(5);

    private static final Duration LEAVE_AGAIN = Duration.ofMillis(200);
    private static final String COMES_BACK = "it comes back by 'cluster join' on it";

    private final MemberSettings settings;
    private final Peer self;
    private final EventThread thread = new EventThread("wkmq-members");
    private final PeerTable table;
    private final OperationMessenger messenger;
    private final EarlyMessages early = new EarlyMessages(System::nanoTime);
    private final Search search;
    private final RemovedNodes removed = new RemovedNodes(InstantSource.system());
    private final RemovedFile removedFile;
    private final Solitude solitude;
    private final Chronicle chronicle;
    private final Reach reach;
    private final SeedSource seeds;
    private final Refusals refusals = new Refusals(InstantSource.system());
    private final Admission admission;
    private final ClusterFront front;
    private final EnquiryClient enquiries;
    private final MemberStarter starter;
    private final Forgetting forgetting;
    private final Concierge concierge;
    private final Changes changes;
    private final MergeWatch merges;
    private final LeaveOrder leaveOrder;
    private final AtomicBoolean lookScheduled = new AtomicBoolean();
    private final MemberKeeper keeper =
            new MemberKeeper(number -> starter().apply(number), RESTART_PAUSE, this::lookSoon);
    private final PeerAddresses addresses = new PeerAddresses(keeper::member);
    private final Expulsions expulsions;
    private final LostConnections connections = new LostConnections(keeper::member, thread, System::nanoTime);
    private final FrozenWatch frozen = new FrozenWatch(System::nanoTime);

    private HazelcastMembership(
            MemberSettings settings, Peer self, SeedSource seeds, ClusterFront front, Path directory) {
        this.settings = settings;
        this.self = self;
        this.seeds = seeds;
        this.front = front;
        removedFile = new RemovedFile(directory.resolve("removed"), removed);
        chronicle = new Chronicle(self, settings.autoclean(), InstantSource.system(), System::nanoTime);
        reach = new Reach(self.node(), settings.silenceMax(), InstantSource.system(), System::nanoTime);
        table = new PeerTable(self, thread);
        messenger = new OperationMessenger(addresses::send, settings.answerTimeout(), System::nanoTime);
        search = new Search(seeds, settings.healing().auto(), System::nanoTime);
        admission = new Admission(self, removed);
        solitude = new Solitude(new LeftFile(directory.resolve("left")), search, admission);
        enquiries = new EnquiryClient(front);
        Door door = new Door(
                self,
                front,
                new WayBack(self.node(), enquiries),
                admission,
                refusals,
                table::peers,
                node -> thread.execute(() -> welcome(node)),
                why -> thread.execute(() -> solitude.refused(why)));
        concierge = new Concierge(
                self.id(),
                messenger,
                removed,
                () -> thread.execute(this::remind),
                this::leaveSoon,
                this::leaveAsRemoved,
                node -> thread.execute(() -> chronicle.leaves(node)),
                reach);
        MemberGround ground =
                new MemberGround(this::running, thread, table, addresses, concierge, chronicle, removedFile, solitude);
        Preflight preflight = new Preflight(self, settings.ports(), enquiries);
        changes = new Changes(ground, preflight, search, admission, removed, settings.changeLimit());
        forgetting = new Forgetting(chronicle, removed, search, table);
        expulsions = new Expulsions(
                keeper::member,
                addresses::map,
                removed,
                new SilenceWatch<>(
                        settings.givenUpAfter(),
                        settings.failures().heartbeat(),
                        settings.failures().detector(),
                        System::nanoTime));
        leaveOrder = new LeaveOrder(
                changes::leaveAsTold, LEAVE_AGAIN, settings.changeLimit().multipliedBy(3));
        merges = new MergeWatch(thread, table, changes::moving, this::look);
        Wire wire = new MemberWire(
                addresses, early, messenger, admission, removed, concierge, search, () -> thread.execute(this::look));
        starter = new MemberStarter(settings, self, search, wire, door, new OwnEvents());
        table.listen(new OwnListener());
    }

    /**
     * Creates a membership that is not open yet: it has no peers, but listeners and request handlers can be registered.
     *
     * @param self how this node announces itself
     * @param seeds addresses at which other nodes may be found; queried repeatedly
     * @param front proves that a node belongs to the cluster; must be of the same cluster name and node
     * @param directory private to this node; holds the files {@code removed} (nodes removed from the cluster) and {@code left} (that this
     *     node left it)
     */
    public static HazelcastMembership prepare(
            MemberSettings settings, Peer self, SeedSource seeds, ClusterFront front, Path directory) {
        return new HazelcastMembership(settings, self, seeds, front, directory);
    }

    /**
     * Starts this node's member. On return it has joined the cluster of its seeds, or forms a cluster of one, and the listeners have been
     * told which peers are present. Called once.
     *
     * @throws IllegalStateException if it cannot start; the message gives the reason
     */
    public void open() {
        starter.requireSafe(front);
        removedFile.load();
        solitude.load();
        List<Node> known = seeds.known();
        thread.execute(() -> chronicle.known(known));
        merges.listen(merge -> {
            if (merge.failed()) {
                chronicle.mergeFailed();
            }
        });
        keeper.open();
        thread.after(EXPIRY, this::expire);
        thread.every(REMINDER, this::everyNowAndThen);
        thread.every(settings.failures().heartbeat().dividedBy(4), expulsions::expelSilent);
        thread.every(settings.failures().heartbeat().multipliedBy(2), this::compareViews);
        if (!settings.autoclean().isZero()) {
            Duration quarter = settings.autoclean().dividedBy(4);
            thread.every(quarter.compareTo(REMINDER) < 0 ? quarter : REMINDER, forgetting::clean);
        }
        thread.executeAndWait(this::look);
        LOG.info(
                "This node takes members, name={} id={} address={}", self.node().name(), self.id(), address());
    }

    MemberStarter starter() {
        return starter;
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

    /** Registers a listener for merges that happen from now on. */
    public void listen(MergeListener listener) {
        merges.listen(listener);
    }

    /** Returns the messenger that carries control messages to the peers. */
    public Messenger messenger() {
        return messenger;
    }

    /** Returns the address at which this node accepts members. */
    public SeedAddress address() {
        return PeerAddresses.seed(running().address());
    }

    /** Returns the member addresses of the peers that are present, for use as seeds. */
    public Map<NodeId, SeedAddress> addresses() {
        return addresses.seeds();
    }

    /** Returns the cluster as this node sees it now. */
    public MembershipStatus status() {
        List<Peer> peers = table.peers();
        HazelcastMember running = keeper.member();
        return new MembershipStatus(
                self.node(),
                chronicle.running(running == null ? null : PeerAddresses.seed(running.address()), peers, addresses()),
                chronicle.stopped(removed.entries(), peers),
                reach.cuts(),
                chronicle.heals(),
                solitude.keptOut());
    }

    /**
     * Returns whether {@link #join}, {@link #leave}, {@link #remove} or a merge is in progress; during one, presence and absence of peers
     * mean little.
     */
    public boolean changing() {
        return changes.running() || merges.underWay();
    }

    /** Returns whether this node is moving between clusters by order: {@link #join} or {@link #leave} is in progress. */
    public boolean moving() {
        return changes.moving();
    }

    /** Returns the statements known about nodes that were removed or told to join. */
    public List<RemovalWord> removalWords() {
        return removed.words();
    }

    /**
     * Merges statements about removed nodes heard from others and passes on what is new. Of two statements about a node the later one wins.
     * Does not block.
     */
    public void heard(List<RemovalWord> words) {
        if (removed.merge(words)) {
            thread.execute(this::remind);
        }
    }

    /** Returns the connections between nodes that failed recently, oldest first. */
    public List<RefusedConnection> refusals() {
        return refusals.recent();
    }

    /** Asks who is at an address and whether it would accept this node. Changes nothing. Blocks for a few seconds at most. */
    public Encounter ask(SeedAddress target) {
        if (target.equals(address())) {
            return new Encounter(target, Encounter.Kind.SELF, self.node(), "");
        }
        return enquiries.meet(target, self.node());
    }

    /**
     * Leaves this node's cluster, if it is in one, and joins that of another node. The other node is asked first: nothing changes if it
     * refuses or if the two do not reach each other on all ports. This is also how a removed node comes back.
     *
     * @param target the member address of any node of the other cluster, not necessarily its leader
     */
    public ChangeResult join(SeedAddress target) {
        return target.equals(address())
                ? new ChangeResult(
                        ChangeResult.Outcome.SELF, "Node " + self.node().name() + " is at " + target + " itself")
                : changes.join(target);
    }

    /** Makes this node a cluster of one. It stops looking for other nodes, and accepts none of those it left, until it is told to join. */
    public ChangeResult leave() {
        return changes.leave();
    }

    /**
     * Removes a node from the cluster, whether it is present or not. All nodes are told, remember it across restarts, and accept the node
     * again only once it is told to join.
     */
    public ChangeResult remove(NodeId node) {
        return changes.remove(node);
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

    RemovedNodes removed() {
        return removed;
    }

    /** Expires pending requests. Runs less often while there are no peers, since each run may delay a client's message. */
    private void expire() {
        try {
            messenger.expire();
        } finally {
            thread.after(table.peers().isEmpty() ? EXPIRY_ALONE : EXPIRY, this::expire);
        }
    }

    private void lookSoon() {
        if (lookScheduled.compareAndSet(false, true)) {
            thread.execute(this::look);
        }
    }

    /** Compares Hazelcast's member list with the known peers and reports the difference. Runs on the event thread. */
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
        addresses.show(now);
        search.met(addresses());
        table.show(merges.withCompanions(members.keySet()));
        Map<Address, NodeId> ids = new HashMap<>();
        now.forEach((id, address) -> ids.put(address, id));
        early.release(ids, messenger::received);
    }

    private void everyNowAndThen() {
        keeper.check();
        remind();
        frozen.look(keeper.member(), merges.running() || changes.running());
    }

    /** Tells all peers which nodes are removed and, on the leader, expels those. Runs on the event thread. */
    private void remind() {
        removedFile.save();
        removed.nodes().forEach(search::forget);
        forgetting.clean();
        var unused = concierge.tell(table.peers());
        expulsions.expelRemoved();
    }

    /** Finds out and announces which nodes reach each other, and trusts again the members that answered. Runs on the event thread. */
    private void compareViews() {
        List<Peer> peers = table.peers();
        reach.look(peers);
        concierge.tellView(peers);
        expulsions.trust(reach.takeAnswered(), settings.failures().heartbeatMax());
    }

    /** Handles a node that an administrator has told to join this one. Runs on the event thread. */
    private void welcome(NodeId node) {
        solitude.invited(node);
        remind();
    }

    /** Obeys a node that tells this one to leave. */
    void leaveSoon(NodeId from) {
        leaveOrder.obey("Node " + called(from) + " has removed this node from the cluster; " + COMES_BACK);
    }

    /** Leaves because another node says that this one was removed while it was out of reach. */
    private void leaveAsRemoved(NodeId from) {
        LOG.warn("This node was removed from the cluster, according to node {}", from);
        leaveOrder.obey("This node was removed from the cluster, as node " + called(from) + " knows; " + COMES_BACK);
    }

    private String called(NodeId node) {
        NodeName name = chronicle.nameOf(node, table.peers());
        return (name == null ? node : name).toString();
    }

    @Override
    public void close() {
        keeper.close();
        messenger.close();
        thread.close();
    }

    private final class OwnListener implements MembershipListener {
        @Override
        public void here(Peer peer) {
            solitude.here(peer.id());
            chronicle.here(peer, table.peers());
            reach.here(peer.id());
            var unused = concierge.tell(List.of(peer));
            // It may not have answered the first one.
            thread.after(SECOND_WORD, HazelcastMembership.this::remind);
        }

        @Override
        public void gone(Peer peer) {
            messenger.gone(peer.id());
            if (chronicle.gone(peer) || merges.partsFromPeers()) {
                table.tellParts(peer);
            }
            reach.gone(peer.id());
            thread.execute(forgetting::clean); // after all listeners have been told that the node is gone
        }
    }

    private final class OwnEvents implements MemberEvents {
        @Override
        public void membersChanged() {
            lookSoon();
        }

        @Override
        public void connectionLost(Address address) {
            thread.execute(() -> connections.lost(address));
        }

        @Override
        public void mergeAhead() {
            thread.execute(merges::expect);
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
