package io.wkmq.cluster.sessions.protocol;

import java.util.List;

/** What nodes say to each other about sessions. Immutable. */
public sealed interface SessionMessage {
    /**
     * A node says whose sessions it has, or is about to open. Answered by {@link Told} once the other node serves none of these
     * clients under an older claim.
     *
     * @param incarnation of the process that says so
     */
    record Tell(long incarnation, List<Held> held) implements SessionMessage {
        /** Copies the list. */
        public Tell {
            held = List.copyOf(held);
        }
    }

    /**
     * What the other node has of the clients that it was told of.
     *
     * @param verdicts one for each, in their order
     */
    record Told(List<Verdict> verdicts) implements SessionMessage {
        /** Copies the list. */
        public Told {
            verdicts = List.copyOf(verdicts);
        }
    }

    /**
     * A session that a node has.
     *
     * @param epoch of the claim that it is opened under
     */
    record Held(String clientId, long epoch) {}

    /**
     * What the other node has of a client.
     *
     * @param newer the epoch of its own claim if that is newer, else 0
     * @param claiming whether that claim is just being made
     */
    record Verdict(long newer, boolean claiming) {
        /** There is nothing newer. */
        public static final Verdict YOURS = new Verdict(0, false);
    }
}
