package io.wkmq.cluster.discovery;

/**
 * Whether this node may take itself for a cluster. Until it may, it waits for others and takes no clients; so nodes that
 * start for the first time and do not find each other at once do not go to work as clusters of one.
 *
 * @param expected how many nodes found a cluster ({@code cluster.bootstrap_expect}); 0 if each may alone
 * @param here how many nodes are here now, this one included
 * @param before whether this node was in a cluster before: what was founded once needs no founding
 * @param known how many addresses are known where nodes may be met
 */
public record Founding(int expected, int here, boolean before, int known) {
    /** Whether it may. */
    public boolean met() {
        return expected == 0 || before || here >= expected;
    }

    /** What it waits for, or why it does not, as a sentence's end. */
    public String why() {
        if (expected == 0) {
            return "cluster.bootstrap_expect is 0";
        }
        if (before) {
            return "the cluster was founded before";
        }
        return (met() ? "" : "waits: ") + here + " of " + expected + " nodes are here, " + known
                + " addresses are known";
    }
}
