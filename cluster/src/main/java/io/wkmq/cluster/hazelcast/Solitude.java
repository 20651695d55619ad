package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.MembershipStatus.KeptOut;
import io.wkmq.routing.NodeId;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why this node is in no cluster of others: it was told to leave, which holds over restarts, or others refuse it. Having left is over
 * when an administrator has this node join another one, or another one join it; not when one comes by itself, which would bring this
 * node back to those whom it left. Confined to the event thread, which it blocks for the disk; but {@link #load} is called before
 * there are events, and {@link #keptOut} is thread-safe.
 */
final class Solitude {
    static final int INVITED_MAX = 256;

    private static final Logger LOG = LoggerFactory.getLogger(Solitude.class);

    private final LeftFile file;
    private final Search search;
    private final Admission admission;

    /** Those that are to join this node, and may not get here; the last one comes last. */
    private final Set<NodeId> invited = new LinkedHashSet<>();

    private volatile @Nullable KeptOut keptOut;

    Solitude(LeftFile file, Search search, Admission admission) {
        this.file = file;
        this.search = search;
        this.admission = admission;
    }

    /**
     * Stays alone if an earlier run of this node left.
     *
     * @throws IllegalStateException if that cannot be found out
     */
    void load() {
        LeftFile.Left left = file.load();
        if (left != null) {
            search.stayAlone();
            admission.leaveBehind(left.nodes());
            show(left);
        }
    }

    /** This node left. */
    void left(LeftFile.Left left) {
        invited.clear(); // what was asked for before is over
        file.save(left);
        show(left);
    }

    private void show(LeftFile.Left left) {
        keptOut = new KeptOut(left.why(), left.asked());
    }

    /** This node joined another one. */
    void joined() {
        file.delete();
    }

    /** An administrator has a node join this one. */
    void invited(NodeId node) {
        invited.add(node);
        if (invited.size() > INVITED_MAX) {
            invited.remove(invited.iterator().next());
        }
    }

    /** A node is here. */
    void here(NodeId node) {
        keptOut = null;
        if (invited.remove(node)) {
            file.delete();
            search.joinOthers();
        }
    }

    /** Another node does not take this one. */
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
