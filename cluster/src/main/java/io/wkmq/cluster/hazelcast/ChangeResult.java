package io.wkmq.cluster.hazelcast;

/**
 * How a change of the cluster that an administrator asked for went.
 *
 * @param outcome for programs
 * @param text what happened, for administrators; empty if that is just what they asked for
 */
public record ChangeResult(Outcome outcome, String text) {
    /** How it went. */
    public enum Outcome {
        /** It is done. */
        DONE,
        /** There was nothing to do. */
        NOTHING_TO_DO,
        /** It is about this very node. */
        SELF,
        /** The other node does not answer, or is no node. */
        UNREACHABLE,
        /** The other node refuses; the text is its reason. */
        REFUSED,
        /** It was not done in time. What can be undone is. */
        TIMED_OUT,
        /** Another change runs. */
        BUSY
    }

    static ChangeResult done(String text) {
        return new ChangeResult(Outcome.DONE, text);
    }

    /** Whether the cluster is as the administrator wants it. */
    public boolean ok() {
        return outcome == Outcome.DONE || outcome == Outcome.NOTHING_TO_DO;
    }
}
