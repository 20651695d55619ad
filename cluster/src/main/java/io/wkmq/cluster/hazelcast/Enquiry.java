package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The encoding of an enquiry, which follows the handshake. The question is {@code [version][joins][port of members][port of links]}; the
 * answer is {@code [version][code][text][count of nodes]}, {@code [id][name]} for each node, and {@code [port of links]}. The connection
 * ends there. Version 1 has no ports. An answer has the version of its question, or the newest version known here. Stateless.
 */
final class Enquiry {
    static final int QUESTION_BYTES_MAX = 6;

    static final byte VERSION = 2;
    private static final byte WITHOUT_PORTS = 1;
    private static final int QUESTION_BYTES_WITHOUT_PORTS = 2;
    private static final int TEXT_CHARS_MAX = 1_000;

    private Enquiry() {}

    /**
     * What a node asks.
     *
     * @param version the version of the encoding in which it is asked
     * @param joins whether an administrator has told the asker to join
     * @param memberPort the port on which the asker accepts members; 0 if it does not matter
     * @param linkPort the port on which the asker accepts node links; 0 if it accepts none
     */
    record Question(byte version, boolean joins, int memberPort, int linkPort) {
        /** Asks who is there, and nothing else. */
        static final Question LOOK = new Question(VERSION, false, 0, 0);

        /** Asks whether this node may join. */
        static Question join(int memberPort, int linkPort) {
            return new Question(VERSION, true, memberPort, linkPort);
        }

        ByteBuffer encode() {
            return ByteBuffer.allocate(QUESTION_BYTES_MAX)
                    .put(version)
                    .put((byte) (joins ? 1 : 0))
                    .putShort((short) memberPort)
                    .putShort((short) linkPort)
                    .flip();
        }
    }

    /**
     * Returns how many bytes are missing from a partially received question, or 0 if it is complete. The number may grow once the version
     * has been read.
     */
    static int missing(ByteBuffer question) {
        int had = question.position();
        boolean ports = had >= QUESTION_BYTES_WITHOUT_PORTS && question.get(0) > WITHOUT_PORTS;
        return (ports ? QUESTION_BYTES_MAX : QUESTION_BYTES_WITHOUT_PORTS) - had;
    }

    /** Decodes a question. One of a later version is decoded as far as this version goes. */
    static Question question(ByteBuffer question) {
        byte version = question.get();
        boolean joins = question.get() == 1;
        return version > WITHOUT_PORTS
                ? new Question(VERSION, joins, question.getShort() & 0xFFFF, question.getShort() & 0xFFFF)
                : new Question(WITHOUT_PORTS, joins, 0, 0);
    }

    /** Encodes an answer in the given version. */
    static ByteBuffer encode(EnquiryAnswer answer, byte version) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            String text = answer.verdict().text();
            out.writeByte(version);
            out.writeUTF(answer.verdict().code().name());
            out.writeUTF(text.length() > TEXT_CHARS_MAX ? text.substring(0, TEXT_CHARS_MAX) : text);
            out.writeShort(answer.members().size());
            for (Node node : answer.members()) {
                out.writeLong(node.id().value().getMostSignificantBits());
                out.writeLong(node.id().value().getLeastSignificantBits());
                out.writeUTF(node.name().toString());
            }
            if (version > WITHOUT_PORTS) {
                out.writeShort(answer.linkPort());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot be written to", e);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /**
     * Decodes an answer.
     *
     * @throws IOException if it is truncated or malformed
     */
    static EnquiryAnswer read(DataInputStream in) throws IOException {
        byte version = in.readByte();
        if (version < WITHOUT_PORTS || version > VERSION) {
            throw new IOException("The answer to the enquiry has version " + version + "; expected " + WITHOUT_PORTS
                    + " to " + VERSION);
        }
        String code = in.readUTF();
        String text = in.readUTF();
        int count = in.readUnsignedShort();
        try {
            if (count > EnquiryAnswer.MEMBERS_MAX) {
                throw new IllegalArgumentException("A cluster of " + count + " nodes");
            }
            List<Node> members = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                NodeId id = new NodeId(new UUID(in.readLong(), in.readLong()));
                members.add(new Node(id, NodeName.parse(in.readUTF())));
            }
            int linkPort = version > WITHOUT_PORTS ? in.readUnsignedShort() : 0;
            return new EnquiryAnswer(new Verdict(code(code), text), members, linkPort);
        } catch (IllegalArgumentException e) {
            throw new IOException("The answer to the enquiry is malformed: " + e.getMessage(), e);
        }
    }

    private static Verdict.Code code(String name) {
        for (Verdict.Code code : Verdict.Code.values()) {
            if (code.name().equals(name)) {
                return code;
            }
        }
        return Verdict.Code.OTHER;
    }
}
