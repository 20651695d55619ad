package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.MembershipStatus.KeptOut;
import io.wkmq.routing.NodeId;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why this node is not in a cluster with others: it was told to leave, which holds across restarts, or others refuse it. Having left ends
 * when an administrator has this node join another one, or another one join it. It does not end when a node arrives by itself, since that
 * would bring this node back to those that it left. Confined to the event thread, which it blocks for the disk; except that {@link #load}
 * is called before there are events, and {@link #keptOut} is thread-safe.
 */
final class Solitude {
    static final int INVITED_MAX = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Solitude.class);

    private final LeftFile file;
    private final Search search;
    private final Admission admission;

    /** The nodes that were told to join this one and may not have arrived; the latest comes last. */
    private final Set<NodeId> invited = new LinkedHashSet<>();

    private volatile @Nullable KeptOut keptOut;

    Solitude(LeftFile file, Search search, Admission admission) {
        this.file = file;
        this.search = search;
        this.admission = admission;
    }

    /**
     * Stays alone if an earlier run of this node left its cluster.
     *
     * @throws IllegalStateException if that cannot be determined
     */
    void load() {
        LeftFile.Left left = file.load();
        if (left != null) {
            search.stayAlone();
            admission.leaveBehind(left.nodes());
            show(left);
        }
    }

    /** Records that this node left its cluster. */
    void left(LeftFile.Left left) {
        invited.clear(); // earlier invitations have lapsed
        file.save(left);
        show(left);
    }

    private void show(LeftFile.Left left) {
        keptOut = new KeptOut(left.why(), left.asked());
    }

    /** Records that this node joined another one. */
    void joined() {
        file.delete();
    }

    /** Records that an administrator has told a node to join this one. */
    void invited(NodeId node) {
        invited.add(node);
        if (invited.size() > INVITED_MAX) {
            invited.remove(invited.iterator().next());
        }
    }

    /** Records that a node is present. */
    void here(NodeId node) {
        keptOut = null;
        if (invited.remove(node)) {
            file.delete();
            search.joinOthers();
        }
    }

    /** Records that another node refuses this one. */
    void refused(String why) {
        if (keptOut == null) {
            LOG.warn("This node is not admitted to the cluster: {}", why);
        }
        keptOut = new KeptOut(why, false);
    }

    @Nullable
    KeptOut keptOut() {
        return keptOut;
    }
}
