package io.wkmq.cluster.hazelcast;

/**
 * The result of a cluster change that an administrator requested.
 *
 * @param outcome the outcome, for programs
 * @param text what happened, for administrators; empty if that is exactly what they asked for
 */
public record ChangeResult(Outcome outcome, String text) {
    /** The outcome of a change. */
    public enum Outcome {
        /** The change was made. */
        DONE,
        /** The cluster was already in the requested state. */
        NOTHING_TO_DO,
        /** The request names this node itself. */
        SELF,
        /** The other node does not answer, or what answers is not a node. */
        UNREACHABLE,
        /** The other node refuses; the text gives its reason. */
        REFUSED,
        /** The change did not complete in time. Whatever can be rolled back has been. */
        TIMED_OUT,
        /** Another change is in progress. */
        BUSY
    }

    static ChangeResult done(String text) {
        return new ChangeResult(Outcome.DONE, text);
    }

    /** Returns whether the cluster is now in the requested state. */
    public boolean ok() {
        return outcome == Outcome.DONE || outcome == Outcome.NOTHING_TO_DO;
    }
}
