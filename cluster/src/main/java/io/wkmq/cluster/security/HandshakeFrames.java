package io.wkmq.cluster.security;

import io.wkmq.cluster.membership.Node;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The encoding of a handshake. Each side begins with {@code WKMQ} and the version of what follows: frames of a one-byte type, the
 * two-byte length of the body, and the body. Stateless.
 */
final class HandshakeFrames {
    static final int VERSION = 1;
    static final int PREFACE_BYTES = 5;
    static final int HEADER_BYTES = 3;

    /** Nonce and introduction; later versions may append more. */
    static final int HELLO = 1;
    /** The initiator's proof that it knows the cookie. */
    static final int PROOF = 2;
    /** Code, text, and the acceptor's proof that it knows the cookie. */
    static final int VERDICT = 3;

    static final int BODY_BYTES_MAX = 1024;
    static final int NONCE_BYTES = 32;
    static final int MAC_BYTES = 32;

    private static final int TEXT_CHARS_MAX = 400;
    private static final int TLS_ALERT = 0x15;
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int TLS_VERSION = 0x03;
    private static final byte[] MAGIC = {'W', 'K', 'M', 'Q'};

    private HandshakeFrames() {}

    static void writePreface(ByteBuffer out) {
        out.put(MAGIC).put((byte) VERSION);
    }

    /** Returns what is wrong with the first bytes of the other side, or null. */
    static @Nullable Verdict prefaceProblem(byte[] preface) {
        if (!Arrays.equals(preface, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            boolean tls = (preface[0] == TLS_ALERT || preface[0] == TLS_HANDSHAKE) && preface[1] == TLS_VERSION;
            return Verdict.refusal(
                    Verdict.Code.NOT_A_NODE,
                    tls
                            ? "It speaks TLS, which this node does not; cluster.tls.* must be the same on all nodes"
                            : "It begins with " + HexFormat.of().formatHex(preface)
                                    + "; expected the handshake of a node. It is no node, or an address or port is wrong");
        }
        int version = preface[MAGIC.length] & 0xFF;
        return version == VERSION
                ? null
                : Verdict.refusal(
                        Verdict.Code.VERSION,
                        "The other node speaks version " + version + " of the handshake, this one speaks " + VERSION);
    }

    static void writeFrame(ByteBuffer out, int type, byte[]... body) {
        int length = 0;
        for (byte[] each : body) {
            length += each.length;
        }
        out.put((byte) type).putShort((short) length);
        for (byte[] each : body) {
            out.put(each);
        }
    }

    static byte[] hello(byte[] nonce, Introduction self) {
        byte[] clusterName = self.clusterName().getBytes(StandardCharsets.UTF_8);
        byte[] nodeName = self.node().name().toString().getBytes(StandardCharsets.UTF_8);
        UUID id = self.node().id().value();
        return ByteBuffer.allocate(NONCE_BYTES + 1 + 16 + 8 + 4 + 2 + clusterName.length + nodeName.length + 2)
                .put(nonce)
                .put((byte) self.purpose().code())
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .putLong(self.incarnation())
                .putInt(self.protocol())
                .put((byte) clusterName.length)
                .put(clusterName)
                .put((byte) nodeName.length)
                .put(nodeName)
                .put((byte) self.channelReplicas())
                .put((byte) self.channelGroups())
                .array();
    }

    /**
     * Parses the introduction in a hello.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    static Introduction introduction(byte[] hello) {
        ByteBuffer in = ByteBuffer.wrap(hello);
        requireLeft(in, NONCE_BYTES + 1 + 16 + 8 + 4);
        in.position(NONCE_BYTES);
        int code = in.get() & 0xFF;
        Purpose purpose = Purpose.of(code);
        if (purpose == null) {
            throw new IllegalArgumentException("purpose " + code + " is unknown");
        }
        NodeId id = new NodeId(new UUID(in.getLong(), in.getLong()));
        long incarnation = in.getLong();
        int protocol = in.getInt();
        String clusterName = shortText(in);
        NodeName name = NodeName.parse(shortText(in));
        // A node of an older version, which does not send this, does not replicate channels.
        int channelReplicas = in.hasRemaining() ? in.get() & 0xFF : Introduction.NO_REPLICAS;
        return new Introduction(
                purpose,
                clusterName,
                new Node(id, name),
                incarnation,
                protocol,
                channelReplicas,
                channelGroups(in, channelReplicas));
    }

    /** A node of an older version, which does not send this, has the number of groups that was fixed then. */
    private static int channelGroups(ByteBuffer in, int channelReplicas) {
        if (in.hasRemaining()) {
            return in.get() & 0xFF;
        }
        return channelReplicas == Introduction.NO_REPLICAS ? Introduction.NO_GROUPS : Introduction.UNSAID_GROUPS;
    }

    private static String shortText(ByteBuffer in) {
        requireLeft(in, 1);
        byte[] text = new byte[in.get() & 0xFF];
        requireLeft(in, text.length);
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static void requireLeft(ByteBuffer in, int bytes) {
        if (in.remaining() < bytes) {
            throw new IllegalArgumentException(
                    "it ends at " + in.limit() + "; expected at least " + (in.position() + bytes) + " bytes");
        }
    }

    /** Encodes the part of a verdict that its proof covers. */
    static byte[] verdict(Verdict verdict) {
        byte[] text = printable(verdict.text()).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(3 + text.length)
                .put((byte) verdict.code().number())
                .putShort((short) text.length)
                .put(text)
                .array();
    }

    /**
     * Parses a verdict, up to its proof.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    static Verdict verdict(ByteBuffer in) {
        requireLeft(in, 3);
        Verdict.Code code = Verdict.Code.of(in.get() & 0xFF);
        byte[] text = new byte[in.getShort() & 0xFFFF];
        requireLeft(in, text.length);
        in.get(text);
        return new Verdict(code, printable(new String(text, StandardCharsets.UTF_8)));
    }

    /** Returns the text in a form safe for logs, so that a remote node cannot forge log lines. */
    static String printable(String text) {
        String begin = text.length() > TEXT_CHARS_MAX ? text.substring(0, TEXT_CHARS_MAX) : text;
        StringBuilder shown = new StringBuilder(begin.length());
        begin.chars().forEach(c -> shown.append(c >= ' ' && c < 0x7F ? (char) c : '?'));
        return shown.toString();
    }
}
