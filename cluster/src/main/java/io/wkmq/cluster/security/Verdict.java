package io.wkmq.cluster.security;

/**
 * Whether a node accepts a connection of another one and, if not, why.
 *
 * @param code the reason for programs
 * @param text the reason for administrators of the refused node; empty if accepted
 */
public record Verdict(Code code, String text) {
    /** The connection is accepted. */
    public static final Verdict OK = new Verdict(Code.ACCEPTED, "");

    /** Why a connection is accepted or not. The numbers are part of the wire protocol and must not change. */
    public enum Code {
        /** Accepted. */
        ACCEPTED(0),
        /** The cookies differ, or only one node has one. */
        WRONG_COOKIE(1),
        /** The other node belongs to a cluster of another name. */
        OTHER_CLUSTER(2),
        /** A node with the same name but another identity is present. */
        NAME_IN_USE(3),
        /** The node was removed from the cluster, or is refused for another reason of the port's owner. */
        DENIED(4),
        /** The nodes do not understand each other's messages. */
        VERSION(5),
        /** The node has connected to itself. */
        SELF(6),
        /** The port does not accept connections for this purpose. */
        WRONG_PURPOSE(7),
        /** The received bytes do not start like a node's handshake. */
        NOT_A_NODE(8),
        /** The received bytes started like a handshake but are malformed. */
        MALFORMED(9),
        /** The other side sent too little in time, or closed the connection. */
        SILENT(10),
        /** The refusing node was told to leave the cluster of the other one. */
        LEFT(11),
        /** The other node has another replication factor of channels: it would take their messages for ordinary ones. */
        OTHER_REPLICAS(12),
        /** One of the nodes cannot reach a port of the other one. */
        NO_WAY(13),
        /** The other node has another number of groups of channels: it would look for channels in the wrong ones. */
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

    /** Creates a refusal. */
    public static Verdict refusal(Code code, String text) {
        if (code == Code.ACCEPTED) {
            throw new IllegalArgumentException("ACCEPTED is no refusal: " + text);
        }
        return new Verdict(code, text);
    }

    /** Returns whether the connection is accepted. */
    public boolean accepted() {
        return code == Code.ACCEPTED;
    }
}
