package io.wkmq.cluster.sessions.protocol;

import io.wkmq.routing.NodeId;
import io.wkmq.session.Will;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages between nodes about sessions. Immutable. */
public sealed interface SessionMessage {
    /**
     * Announces whose sessions a node has or is about to open. Answered by {@link Told} once the other node serves none of these
     * clients under an older claim.
     *
     * @param incarnation the incarnation of the announcing process
     */
    record Tell(long incarnation, List<Held> held) implements SessionMessage {
        /** Copies the list. */
        public Tell {
            held = List.copyOf(held);
        }
    }

    /**
     * States what a node has of the clients that it was told of.
     *
     * @param verdicts one for each client, in order
     */
    record Told(List<Verdict> verdicts) implements SessionMessage {
        /** Copies the list. */
        public Told {
            verdicts = List.copyOf(verdicts);
        }
    }

    /**
     * Asks the other node to publish wills if the sender dies, or no longer to do so. Answered by {@link Told} without verdicts.
     * Messages may overtake each other: one whose number is not greater than that of an earlier one is ignored.
     *
     * @param incarnation the incarnation of the process whose clients' wills they are
     * @param number increases with each message
     * @param first whether everything said before is void
     */
    record Guard(long incarnation, long number, boolean first, List<Guarded> wills) implements SessionMessage {
        /** Copies the list. */
        public Guard {
            wills = List.copyOf(wills);
        }
    }

    /**
     * A will that another node guards.
     *
     * @param epoch the epoch of the claim of the client's session
     * @param will the will, or null if it is void
     * @param delaySeconds how long after the end of its connection it is due
     */
    record Guarded(String clientId, long epoch, @Nullable Will will, long delaySeconds) {}

    /**
     * Asks, after a restart, what has become of the wills of restored sessions. Answered by {@link Fates}.
     *
     * @param incarnation the incarnation of the asking process
     * @param last whether this was all and the answers are on the sender's disk. Wills of its earlier processes that it did not ask
     *     about belong to no session any more, and nothing needs to be remembered about those processes
     */
    record Reclaim(long incarnation, boolean last, List<Kept> wills) implements SessionMessage {
        /** Copies the list. */
        public Reclaim {
            wills = List.copyOf(wills);
        }
    }

    /**
     * The will of a session restored after a restart.
     *
     * @param epoch the epoch of the claim under which the session was last opened
     */
    record Kept(String clientId, long epoch) {}

    /**
     * States what has become of the wills that were asked about.
     *
     * @param fates one for each will, in order
     */
    record Fates(List<Fate> fates) implements SessionMessage {
        /** Copies the list. */
        public Fates {
            fates = List.copyOf(fates);
        }
    }

    /** What has become of a will whose node was gone. */
    enum Fate {
        /** The answering node has not published it and will not do so. */
        YOURS(0),

        /** It is published, or void. */
        SETTLED(1),

        /** It is being published: the asking node must ask again. */
        UNDECIDED(2);

        private final int code;

        Fate(int code) {
            this.code = code;
        }

        /** Returns the code used in messages. */
        int code() {
            return code;
        }

        /** Returns the fate with that code; null if there is none. */
        static @Nullable Fate of(int code) {
            return switch (code) {
                case 0 -> YOURS;
                case 1 -> SETTLED;
                case 2 -> UNDECIDED;
                default -> null;
            };
        }
    }

    /**
     * Asks for the next part of an offered session. Answered by {@link Part}. There are two rows of parts: the session itself and,
     * once that is complete, its messages.
     *
     * @param incarnation the incarnation of the asking process
     * @param claim the epoch of its claim
     * @param number 0 for the first part, then increasing by one; the same again if there was no answer
     */
    record Pull(long incarnation, String clientId, long claim, int number) implements SessionMessage {}

    /**
     * A part of a moving session.
     *
     * @param there whether there is such a session, kept for the asking node
     * @param last whether it is the last part of its row
     * @param bytes see {@link MoveReader}
     */
    record Part(boolean there, boolean last, byte[] bytes) implements SessionMessage {
        /** The answer if the session is not there, or not kept for the asking node. */
        public static final Part NONE = new Part(false, true, new byte[0]);
    }

    /**
     * Asks to be told when everything that the receiver has routed so far has arrived at a third node. Answered by {@link Told}
     * without verdicts.
     *
     * @param incarnation the incarnation of the asking process
     * @param towards the third node, which may also be the asking or the asked one
     */
    record Fence(long incarnation, NodeId towards) implements SessionMessage {}

    /** What the other node should do with its session of a client if its claim is older. */
    enum Wish {
        /** End it. */
        END,
        /** Keep it, without a connection, and offer it: the sender may want to have it. */
        KEEP
    }

    /**
     * A session that a node has or is about to open.
     *
     * @param epoch the epoch of the claim under which it is opened
     * @param wish what the other node should do with its own session
     * @param forgets the epoch of the session that the other node must forget instead, since all of it is here; 0 for none. Does
     *     not apply to a newer one
     */
    record Held(String clientId, long epoch, Wish wish, long forgets) {}

    /**
     * What the other node has of a client.
     *
     * @param newer the epoch of its own claim if that is newer, else 0
     * @param claiming whether that claim is still pending
     * @param wanting whether it wants the session itself, and will still say what is to become of it
     * @param offered the epoch under which it has a session that it keeps for the telling node; 0 if there is none
     * @param doubtful whether a third node may have all of that session by now, and the client may have used it there
     * @param forgetting whether the order to forget the session is not complete yet, so that it must be repeated
     */
    record Verdict(long newer, boolean claiming, boolean wanting, long offered, boolean doubtful, boolean forgetting) {
        /** Nothing newer, and no session to offer. */
        public static final Verdict YOURS = new Verdict(0, false, false, 0, false, false);

        /** The session is being forgotten. */
        public static final Verdict FORGETTING = new Verdict(0, false, false, 0, false, true);

        /** Returns the verdict that there is a newer claim. */
        public static Verdict newer(long epoch, boolean claiming, boolean wanting) {
            return new Verdict(epoch, claiming, wanting, 0, false, false);
        }

        /** Returns the verdict that a session is offered. */
        public static Verdict offered(long epoch, boolean doubtful) {
            return new Verdict(0, false, false, epoch, doubtful, false);
        }
    }
}
