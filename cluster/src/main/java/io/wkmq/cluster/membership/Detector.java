package io.wkmq.cluster.membership;

/** How the leader of a cluster tells that a member is gone which gives no sign of life. */
public enum Detector {
    /** It is silent for as long as members may be. */
    DEADLINE,
    /**
     * It is silent for longer than it ever would be by how regularly it gave its signs before; at the latest when
     * {@link #DEADLINE} says so.
     */
    PHI_ACCRUAL
}
