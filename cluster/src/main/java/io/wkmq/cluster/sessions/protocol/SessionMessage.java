package io.wkmq.cluster.sessions.protocol;

import io.wkmq.session.Will;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
     * A node has wills published by the other one, if it should die; or not any more. Answered by {@link Told} without verdicts.
     * Messages may overtake each other: one whose number is not greater than that of one before says nothing any more.
     *
     * @param incarnation of the process whose clients' wills they are
     * @param number rises from message to message
     * @param first whether what was said before is void
     */
    record Guard(long incarnation, long number, boolean first, List<Guarded> wills) implements SessionMessage {
        /** Copies the list. */
        public Guard {
            wills = List.copyOf(wills);
        }
    }

    /**
     * A will that another node looks after.
     *
     * @param epoch of the claim of the client's session
     * @param will the will, or null if there is none any more
     * @param delaySeconds how long after the end of its connection it is due
     */
    record Guarded(String clientId, long epoch, @Nullable Will will, long delaySeconds) {}

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
