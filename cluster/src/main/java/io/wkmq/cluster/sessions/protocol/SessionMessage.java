package io.wkmq.cluster.sessions.protocol;

import io.wkmq.routing.NodeId;
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
     * A node that is back asks what has become of the wills of sessions that it has kept. Answered by {@link Fates}.
     *
     * @param incarnation of the process that asks
     * @param last whether this was all and its disk has what was answered: a will of an earlier process that was not asked about is of
     *     no session any more, and nothing needs to be remembered of those
     */
    record Reclaim(long incarnation, boolean last, List<Kept> wills) implements SessionMessage {
        /** Copies the list. */
        public Reclaim {
            wills = List.copyOf(wills);
        }
    }

    /**
     * The will of a session that was kept over a restart.
     *
     * @param epoch of the claim that the session was last opened under
     */
    record Kept(String clientId, long epoch) {}

    /**
     * What has become of the wills that were asked about.
     *
     * @param fates one for each, in their order
     */
    record Fates(List<Fate> fates) implements SessionMessage {
        /** Copies the list. */
        public Fates {
            fates = List.copyOf(fates);
        }
    }

    /** What has become of a will whose node was gone. */
    enum Fate {
        /** The node that answers has not published it and will not. */
        YOURS(0),

        /** It is published, or void. */
        SETTLED(1),

        /** It is being published: the node is to ask again. */
        UNDECIDED(2);

        private final int code;

        Fate(int code) {
            this.code = code;
        }

        /** What stands for it in a message. */
        int code() {
            return code;
        }

        /** What a message means by a code; null if that means nothing. */
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
     * A node that has been offered a session asks for the next part of it. Answered by {@link Part}. There are two rows of parts: the
     * session itself, and, once that is all there, its messages.
     *
     * @param incarnation of the process that asks
     * @param claim the epoch of its claim
     * @param number 0 for the first part, then one more each; the same again if there was no answer
     */
    record Pull(long incarnation, String clientId, long claim, int number) implements SessionMessage {}

    /**
     * A part of a session that moves.
     *
     * @param there whether there is such a session, kept for the node that asks
     * @param last whether it is the last one of its row
     * @param bytes see {@link MoveReader}
     */
    record Part(boolean there, boolean last, byte[] bytes) implements SessionMessage {
        /** The session is not there, or not for the node that asks. */
        public static final Part NONE = new Part(false, true, new byte[0]);
    }

    /**
     * A node asks to be told when all that the other one has routed so far has come to a third one. Answered by {@link Told} without
     * verdicts.
     *
     * @param incarnation of the process that asks
     * @param towards the third node, which may be the other one
     */
    record Fence(long incarnation, NodeId towards) implements SessionMessage {}

    /** What is to become of the session that the other node has of a client, if its claim is older. */
    enum Wish {
        /** It ends. */
        END,
        /** It is kept, without a connection, and offered: the node may want to have it. */
        KEEP
    }

    /**
     * A session that a node has, or is about to open.
     *
     * @param epoch of the claim that it is opened under
     * @param wish what is to become of the other node's
     * @param forgets the epoch of the one that the other node is to forget instead, for all of it is here; 0 for none. A newer one
     *     is not concerned
     */
    record Held(String clientId, long epoch, Wish wish, long forgets) {}

    /**
     * What the other node has of a client.
     *
     * @param newer the epoch of its own claim if that is newer, else 0
     * @param claiming whether that claim is just being made
     * @param wanting whether it wants the session itself: what is to become of it the other node is still to say
     * @param offered the epoch under which it has a session that it keeps for the node that told; 0 if there is none
     * @param doubtful whether a third node may have all of that session by now, and the client may have used it there
     * @param forgetting whether it has yet to forget the session, as it was told: it is to be asked again
     */
    record Verdict(long newer, boolean claiming, boolean wanting, long offered, boolean doubtful, boolean forgetting) {
        /** There is nothing newer, and nothing to be had. */
        public static final Verdict YOURS = new Verdict(0, false, false, 0, false, false);

        /** It is being forgotten. */
        public static final Verdict FORGETTING = new Verdict(0, false, false, 0, false, true);

        /** There is a newer claim. */
        public static Verdict newer(long epoch, boolean claiming, boolean wanting) {
            return new Verdict(epoch, claiming, wanting, 0, false, false);
        }

        /** There is a session to be had. */
        public static Verdict offered(long epoch, boolean doubtful) {
            return new Verdict(0, false, false, epoch, doubtful, false);
        }
    }
}
