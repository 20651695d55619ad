package io.wkmq.cluster.discovery;

/**
 * Whether this node may consider itself a cluster. Until it may, it waits for others and accepts no clients, so that nodes which
 * start for the first time and do not find each other at once do not start to work as clusters of one.
 *
 * @param expected how many nodes found a cluster ({@code cluster.bootstrap_expect}); 0 if each may do so alone
 * @param here how many nodes are present now, including this one
 * @param before whether this node was in a cluster before, so that no founding is needed
 * @param known how many addresses are known where nodes may be met
 */
public record Founding(int expected, int here, boolean before, int known) {
    /** Returns whether it may. */
    public boolean met() {
        return expected == 0 || before || here >= expected;
    }

    /** Returns what it waits for, or why it does not wait, as the end of a sentence. */
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
