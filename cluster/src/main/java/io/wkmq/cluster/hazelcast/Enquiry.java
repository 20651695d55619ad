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
 * The form of an enquiry, which follows the handshake: the question {@code [version][joins]}, the answer
 * {@code [version][code][text][count of nodes]} and for each node {@code [id][name]}. The connection ends there. Stateless.
 */
final class Enquiry {
    static final int QUESTION_BYTES = 2;

    private static final byte VERSION = 1;
    private static final int TEXT_CHARS_MAX = 1_000;

    private Enquiry() {}

    static byte[] question(boolean joins) {
        return new byte[] {VERSION, (byte) (joins ? 1 : 0)};
    }

    /** Reads a question. One of a later version is taken as far as this one understands it. */
    static boolean joins(ByteBuffer question) {
        question.get();
        return question.get() == 1;
    }

    static ByteBuffer encode(EnquiryAnswer answer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            String text = answer.verdict().text();
            out.writeByte(VERSION);
            out.writeUTF(answer.verdict().code().name());
            out.writeUTF(text.length() > TEXT_CHARS_MAX ? text.substring(0, TEXT_CHARS_MAX) : text);
            out.writeShort(answer.members().size());
            for (Node node : answer.members()) {
                out.writeLong(node.id().value().getMostSignificantBits());
                out.writeLong(node.id().value().getLeastSignificantBits());
                out.writeUTF(node.name().toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Memory cannot be written to", e);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /**
     * Reads an answer.
     *
     * @throws IOException if it ends too early or has another form
     */
    static EnquiryAnswer read(DataInputStream in) throws IOException {
        byte version = in.readByte();
        if (version != VERSION) {
            throw new IOException("The answer to the enquiry has version " + version + "; expected " + VERSION);
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
            return new EnquiryAnswer(new Verdict(code(code), text), members);
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
