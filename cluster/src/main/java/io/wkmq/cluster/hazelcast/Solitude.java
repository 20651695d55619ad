package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.MembershipStatus.KeptOut;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why this node is in no cluster of others: it was told to leave, which holds over restarts, or others refuse it. Confined to the event thread, which it blocks for the disk; but {@link #load} is called before
 * there are events, and {@link #keptOut} is thread-safe.
 */
final class Solitude {
    private static final Logger LOG = LoggerFactory.getLogger(Solitude.class);

    private final LeftFile file;
    private final Search search;
    private final Admission admission;
    private final InstantSource clock;

    private volatile @Nullable KeptOut keptOut;

    Solitude(LeftFile file, Search search, Admission admission, InstantSource clock) {
        this.file = file;
        this.search = search;
        this.admission = admission;
        this.clock = clock;
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
        file.save(left);
        show(left);
    }

    private void show(LeftFile.Left left) {
        keptOut = new KeptOut(clock.instant(), left.why(), left.asked());
    }

    /** This node joined another one. */
    void joined() {
        file.delete();
    }

    /** A node is here. */
    void here() {
        keptOut = null;
    }

    /** Another node does not take this one. */
    void refused(String why) {
        if (keptOut == null) {
            LOG.warn("This node is kept out of the cluster: {}", why);
        }
        keptOut = new KeptOut(clock.instant(), why, false);
    }

    @Nullable
    KeptOut keptOut() {
        return keptOut;
    }
}
