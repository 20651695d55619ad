package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import io.wkmq.cluster.hazelcast.ChangeResult.Outcome;
import io.wkmq.cluster.hazelcast.EnquiryClient.RefusedException;
import io.wkmq.cluster.loop.Polling;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster changes that administrators request: joining another cluster, leaving one's own, removing a node. One runs at a time; each
 * blocks its caller for a bounded time. The member keeps running: joining and leaving move it between clusters just as a merge does.
 */
final class Changes {
    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);
    private static final String LEFT = "This node has left its cluster; it comes back by 'cluster join' on it";

    /** How long a node that agreed to leave may take to announce this and go by itself before it is expelled. */
    private static final Duration LEAVES_WITHIN = Duration.ofSeconds(3);

    /** How long the result of a completed merge may take to show, even on a machine that stalls for some seconds. */
    private static final Duration SHOWN_WITHIN = Duration.ofSeconds(6);

    /** How many former peers a node tries when it goes back; each dead one costs a join timeout. */
    private static final int BACK_TRIES_MAX = 3;

    /** The operations of the node that the changes rely on. */
    interface Ground {
        /** Leaves the current cluster for that of the target; see {@link HazelcastMember#merge}. */
        void merge(Address target);

        /** Returns the address at which this node accepts members. */
        Address address();

        /** Returns whether Hazelcast lists a node as a member, whether or not listeners have been told. */
        boolean shows(NodeId node);

        PeerTable table();

        /** Returns the last known name of a node, or null. */
        @Nullable
        NodeName nameOf(NodeId node);

        /** Returns the member addresses of the peers. */
        Map<NodeId, Address> peerAddresses();

        /** Asks a peer to leave its cluster and waits briefly for its consent. Returns false if it gave none. */
        boolean askToLeave(NodeId node);

        /** Tells the peers that this node is leaving, so that they do not look for it, and waits briefly until they know. */
        void tellLeaving();

        /** Records durably that this node stays alone. */
        void noteLeft(LeftFile.Left left);

        /** Records durably that this node no longer stays alone. */
        void noteJoined();

        /** Removes all absent nodes from this node's view of its cluster, and has every listener know before the change completes. */
        void forgetGone();

        /** Records durably which nodes are removed, tells all nodes, and waits briefly until they know. */
        void tellRemoved();
    }

    private final Ground ground;
    private final Preflight preflight;
    private final Search search;
    private final Admission admission;
    private final RemovedNodes removed;
    private final Duration seenWithin;
    private final ReentrantLock running = new ReentrantLock();
    /** The number of completed joins by order. */
    private final AtomicLong joins = new AtomicLong();

    private volatile boolean moving;

    /**
     * Creates the changes of one node.
     *
     * @param seenWithin the longest time until the members see a change
     */
    Changes(
            Ground ground,
            Preflight preflight,
            Search search,
            Admission admission,
            RemovedNodes removed,
            Duration seenWithin) {
        this.ground = ground;
        this.preflight = preflight;
        this.search = search;
        this.admission = admission;
        this.removed = removed;
        this.seenWithin = seenWithin;
    }

    ChangeResult join(SeedAddress target) {
        return exclusively(true, () -> joinNow(target));
    }

    private ChangeResult joinNow(SeedAddress target) {
        EnquiryAnswer answer;
        Address address;
        try {
            address = new Address(target.host(), target.port());
            answer = preflight.ask(target, ground.address().getPort());
        } catch (UnknownHostException e) {
            return new ChangeResult(Outcome.UNREACHABLE, "The host of " + target + " is unknown");
        } catch (IOException e) {
            return new ChangeResult(Outcome.UNREACHABLE, "No node answers at " + target + ": " + e.getMessage());
        } catch (RefusedException e) {
            Outcome outcome = e.refused().code() == Verdict.Code.SELF ? Outcome.SELF : Outcome.REFUSED;
            return new ChangeResult(outcome, e.refused().text());
        }
        Node other = answer.node();
        if (!answer.verdict().accepted()) {
            return new ChangeResult(Outcome.REFUSED, answer.verdict().text());
        }
        if (here(other.id())) {
            return new ChangeResult(
                    Outcome.NOTHING_TO_DO, "Node " + other.name() + " is in the cluster of this one already");
        }
        return enter(other, address, answer.members());
    }

    private ChangeResult enter(Node other, Address address, List<Node> members) {
        LOG.info("This node joins the cluster of node {}, address={} nodes={}", other.name(), address, members);
        Set<NodeId> theirs = members.stream().map(Node::id).collect(Collectors.toSet());
        Map<NodeId, Address> old = new HashMap<>(ground.peerAddresses());
        old.keySet().removeAll(theirs);
        Set<NodeId> leftBefore = admission.leftBehind();
        Set<NodeId> lifted = new HashSet<>(theirs);
        NodeId self = ground.table().self().id();
        lifted.add(self);
        RemovedNodes.Words before = removed.about(lifted);
        admission.takeAgain(theirs);
        removed.comeBack(self); // otherwise a removal heard of late would count as new
        RemovedNodes.Words said = removed.about(lifted);
        if (!old.isEmpty()) {
            ground.tellLeaving();
            Set<NodeId> left = new HashSet<>(admission.leftBehind());
            left.addAll(old.keySet());
            admission.leaveBehind(left);
        }
        ground.merge(address);
        if (Polling.until(SHOWN_WITHIN, () -> ground.shows(other.id()))
                && Polling.until(seenWithin, () -> here(other.id()))) {
            old.keySet().forEach(search::forget);
            search.joinOthers();
            ground.noteJoined();
            ground.forgetGone();
            joins.incrementAndGet(); // orders received before this point concern the cluster that this node left
            return ChangeResult.done("This node is in the cluster of node " + other.name());
        }
        admission.leaveBehind(leftBefore);
        removed.undo(said, before);
        goBack(old.values());
        return new ChangeResult(
                Outcome.TIMED_OUT,
                "Node " + other.name() + " did not take this one in time; the log of both says more. This node sees "
                        + names());
    }

    /** Returns to the former cluster after the new one did not accept this node. */
    private void goBack(Collection<Address> old) {
        Iterator<Address> next = old.iterator();
        for (int tries = 0; tries < BACK_TRIES_MAX && next.hasNext() && ids().isEmpty(); tries++) {
            Address address = next.next();
            LOG.info("This node returns to its cluster, address={}", address);
            ground.merge(address);
            Polling.until(SHOWN_WITHIN, () -> !ids().isEmpty());
        }
    }

    /** Leaves the cluster; a node that is already alone has nothing to leave. */
    ChangeResult leave() {
        return exclusively(true, () -> {
            Set<NodeId> others = ids();
            return others.isEmpty()
                    ? new ChangeResult(Outcome.NOTHING_TO_DO, "This node is in a cluster of its own already")
                    : leaveNow(others, true, LEFT);
        });
    }

    /**
     * Returns the action that obeys an order to leave, given for this reason. A node that was meanwhile expelled stays alone too. The order
     * concerns the cluster that this node is in now: it lapses once the node has been told to join another one, or the same one again.
     */
    Supplier<ChangeResult> leaveAsTold(String why) {
        long given = joins.get();
        return () -> exclusively(
                true,
                () -> joins.get() == given
                        ? leaveNow(ids(), false, why)
                        : new ChangeResult(
                                Outcome.NOTHING_TO_DO, "It was told to join a cluster since, and stays there"));
    }

    private ChangeResult leaveNow(Set<NodeId> others, boolean asked, String why) {
        LOG.info("This node leaves its cluster, nodes={}", names());
        Set<NodeId> leftBefore = admission.leftBehind();
        Set<NodeId> left = new HashSet<>(leftBefore);
        left.addAll(others);
        if (!others.isEmpty()) {
            ground.tellLeaving();
            admission.leaveBehind(left);
            ground.merge(ground.address());
        }
        if (Polling.until(seenWithin, () -> ids().isEmpty())) {
            search.stayAlone();
            ground.noteLeft(new LeftFile.Left(asked, why, left));
            ground.forgetGone();
            return ChangeResult.done("This node is in a cluster of its own");
        }
        admission.leaveBehind(leftBefore);
        return new ChangeResult(
                Outcome.TIMED_OUT, "This node did not get out of its cluster in time, it still sees " + names());
    }

    ChangeResult remove(NodeId node) {
        return exclusively(false, () -> removeNow(node));
    }

    private ChangeResult removeNow(NodeId node) {
        PeerTable table = ground.table();
        if (node.equals(table.self().id())) {
            return new ChangeResult(Outcome.SELF, "A node is not removed by itself; expected 'cluster leave'");
        }
        boolean wasHere = here(node);
        boolean agreed = wasHere && ground.askToLeave(node);
        LOG.info("Node {} is removed from the cluster, here={} agreed={}", node, wasHere, agreed);
        if (agreed && !Polling.until(LEAVES_WITHIN, () -> !here(node))) {
            LOG.warn("Node {} agreed to leave but did not within {}; removing it", node, LEAVES_WITHIN);
        }
        removed.add(node, ground.nameOf(node));
        ground.tellRemoved();
        if (!wasHere) {
            return ChangeResult.done("");
        }
        if (Polling.until(seenWithin, () -> !here(node))) {
            return ChangeResult.done(
                    agreed
                            ? ""
                            : "It was not reached and does not know yet; until it is told to join it is not taken again.");
        }
        return new ChangeResult(
                Outcome.TIMED_OUT,
                "Node " + node + " is still here; once it is gone it will not be taken until it is told to join");
    }

    private interface Change {
        ChangeResult run();
    }

    private ChangeResult exclusively(boolean ofThisNode, Change change) {
        if (!running.tryLock()) {
            return new ChangeResult(Outcome.BUSY, "Another change of the cluster runs on this node; try again");
        }
        search.pause(true);
        moving = ofThisNode;
        try {
            return change.run();
        } finally {
            moving = false;
            search.pause(false);
            running.unlock();
        }
    }

    boolean running() {
        return running.isLocked();
    }

    /** Returns whether this node is moving between clusters by order. */
    boolean moving() {
        return moving;
    }

    private boolean here(NodeId node) {
        return ids().contains(node);
    }

    private Set<NodeId> ids() {
        return ground.table().peers().stream().map(Peer::id).collect(Collectors.toSet());
    }

    private String names() {
        return ground.table().peers().stream()
                .map(peer -> peer.node().name().toString())
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
