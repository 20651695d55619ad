package io.wkmq.cluster.membership;

/** How the leader of a cluster detects that a silent member is gone. */
public enum Detector {
    /** The member has been silent for the fixed maximum time. */
    DEADLINE,
    /**
     * The member has been silent for longer than its earlier signs of life make plausible; at the latest when {@link #DEADLINE}
     * applies.
     */
    PHI_ACCRUAL
}
