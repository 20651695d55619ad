package io.wkmq.cluster.security;

/**
 * Whether a node takes a connection of another one, and why not.
 *
 * @param code the short form, for programs
 * @param text what administrators read at the node that is refused; empty if it is accepted
 */
public record Verdict(Code code, String text) {
    /** The connection is taken. */
    public static final Verdict OK = new Verdict(Code.ACCEPTED, "");

    /** Why a connection is taken or not. What goes over the network is a number that stays what it is. */
    public enum Code {
        /** It is taken. */
        ACCEPTED(0),
        /** The cookies differ, or only one node has one. */
        WRONG_COOKIE(1),
        /** The other node belongs to a cluster of another name. */
        OTHER_CLUSTER(2),
        /** A node of the same name and another identity is here. */
        NAME_IN_USE(3),
        /** The node was removed from the cluster, or is not to be there for another reason of its owner's. */
        DENIED(4),
        /** The two do not understand each other's messages. */
        VERSION(5),
        /** The node has met itself. */
        SELF(6),
        /** The port does not take connections for this purpose. */
        WRONG_PURPOSE(7),
        /** What came does not begin as a node's handshake does. */
        NOT_A_NODE(8),
        /** What came began as a handshake and does not go on as one. */
        MALFORMED(9),
        /** The other side said too little for too long, or hung up. */
        SILENT(10),
        /** The node that refuses was told to leave the cluster of the other one. */
        LEFT(11),
        /** The other node has another number of replicas of channels: it would take their messages for ordinary ones. */
        OTHER_REPLICAS(12),
        /** One of the nodes does not get to a port of the other one. */
        NO_WAY(13),
        /** The other node has its channels in another number of groups: it would look for them where they are not. */
        OTHER_GROUPS(14),
        /** The other node gave a reason that this version does not know. */
        OTHER(255);

        private final int number;

        Code(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        static Code of(int number) {
            for (Code code : values()) {
                if (code.number == number) {
                    return code;
                }
            }
            return OTHER;
        }
    }

    /** A refusal. */
    public static Verdict refusal(Code code, String text) {
        if (code == Code.ACCEPTED) {
            throw new IllegalArgumentException("ACCEPTED is no refusal: " + text);
        }
        return new Verdict(code, text);
    }

    /** Whether the connection is taken. */
    public boolean accepted() {
        return code == Code.ACCEPTED;
    }
}
