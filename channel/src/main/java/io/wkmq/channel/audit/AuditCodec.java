package io.wkmq.channel.audit;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The transmitted form of questions and answers. Stateless. */
public final class AuditCodec {
    private static final int VERSION = 1;

    private static final int EXTENT = 1;
    private static final int PREFIX = 2;
    private static final int RANGE = 3;
    private static final int DAMAGED = 4;
    private static final int TRIMMED = 5;
    private static final int REFUSED = 6;
    private static final int SCRUB = 7;
    private static final int REFILL = 9; // 8 was a version without the agreeing nodes

    /** A separate type for copies: a node that does not know it cannot decode it, and so does not take the copy for a replica. */
    private static final int EXTENT_OF_COPY = 10;

    /** An upper bound on the nodes that keep a channel. */
    private static final int NODES_MAX = 1_000;

    private AuditCodec() {}

    /** Encodes a question. */
    public static byte[] encode(AuditQuestion question) {
        ByteWriter out = new ByteWriter(32).int8(VERSION);
        if (question instanceof AuditQuestion.Extent extent) {
            out.int8(EXTENT).number(extent.channel());
        } else if (question instanceof AuditQuestion.Prefix prefix) {
            out.int8(PREFIX).number(prefix.channel()).number(prefix.last());
        } else if (question instanceof AuditQuestion.Range range) {
            out.int8(RANGE).number(range.channel()).number(range.from()).number(range.to());
        } else if (question instanceof AuditQuestion.Scrub scrub) {
            out.int8(SCRUB).number(scrub.channel());
        } else {
            AuditQuestion.Refill refill = (AuditQuestion.Refill) question;
            out.int8(REFILL).number(refill.channel()).number(refill.last()).int64(refill.digest());
            write(out, refill.agreed());
        }
        return out.toBytes();
    }

    private static void write(ByteWriter out, List<NodeId> nodes) {
        out.number(nodes.size());
        for (NodeId node : nodes) {
            out.int64(node.value().getMostSignificantBits()).int64(node.value().getLeastSignificantBits());
        }
    }

    private static List<NodeId> nodes(ByteReader in) {
        int count = in.number(NODES_MAX);
        List<NodeId> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(new NodeId(new UUID(in.int64(), in.int64())));
        }
        return nodes;
    }

    /**
     * Decodes a question.
     *
     * @throws CorruptDataException if it is invalid
     */
    public static AuditQuestion decodeQuestion(byte[] bytes) {
        ByteReader in = versioned(bytes);
        int type = in.int8();
        return switch (type) {
            case EXTENT -> new AuditQuestion.Extent(in.number(Integer.MAX_VALUE));
            case PREFIX -> new AuditQuestion.Prefix(in.number(Integer.MAX_VALUE), in.number());
            case RANGE -> new AuditQuestion.Range(in.number(Integer.MAX_VALUE), in.number(), in.number());
            case SCRUB -> new AuditQuestion.Scrub(in.number(Integer.MAX_VALUE));
            case REFILL -> new AuditQuestion.Refill(in.number(Integer.MAX_VALUE), in.number(), in.int64(), nodes(in));
            default -> throw new CorruptDataException("A question has type " + type + "; expected 1 to 3, 7 or 9");
        };
    }

    /** Encodes an answer. */
    public static byte[] encode(AuditAnswer answer) {
        ByteWriter out = new ByteWriter(40).int8(VERSION);
        if (answer instanceof AuditAnswer.Extent extent) {
            out.int8(extent.copy() ? EXTENT_OF_COPY : EXTENT)
                    .number(extent.first())
                    .number(extent.next());
        } else if (answer instanceof AuditAnswer.Prefix prefix) {
            out.int8(PREFIX).int64(prefix.digest());
        } else if (answer instanceof AuditAnswer.Range range) {
            out.int8(RANGE).number(range.next()).int64(range.digest());
        } else if (answer instanceof AuditAnswer.Damaged damaged) {
            out.int8(DAMAGED).number(damaged.seq()).text(damaged.reason());
        } else if (answer instanceof AuditAnswer.Trimmed trimmed) {
            out.int8(TRIMMED).number(trimmed.first());
        } else if (answer instanceof AuditAnswer.Refused refused) {
            out.int8(REFUSED).text(refused.reason());
        } else if (answer instanceof AuditAnswer.Scrubbed scrubbed) {
            out.int8(SCRUB)
                    .int8(scrubbed.done() ? 1 : 0)
                    .number(scrubbed.channels())
                    .number(scrubbed.bytes())
                    .number(scrubbed.damaged())
                    .number(scrubbed.repaired());
        } else {
            out.int8(REFILL).int8(((AuditAnswer.Refilling) answer).begun() ? 1 : 0);
        }
        return out.toBytes();
    }

    /**
     * Decodes an answer.
     *
     * @throws CorruptDataException if it is invalid
     */
    public static AuditAnswer decodeAnswer(byte[] bytes) {
        ByteReader in = versioned(bytes);
        int type = in.int8();
        return switch (type) {
            case EXTENT -> new AuditAnswer.Extent(in.number(), in.number(), false);
            case EXTENT_OF_COPY -> new AuditAnswer.Extent(in.number(), in.number(), true);
            case PREFIX -> new AuditAnswer.Prefix(in.int64());
            case RANGE -> new AuditAnswer.Range(in.number(), in.int64());
            case DAMAGED -> new AuditAnswer.Damaged(in.number(), in.text());
            case TRIMMED -> new AuditAnswer.Trimmed(in.number());
            case REFUSED -> new AuditAnswer.Refused(in.text());
            case SCRUB -> new AuditAnswer.Scrubbed(in.int8() == 1, in.number(), in.number(), in.number(), in.number());
            case REFILL -> new AuditAnswer.Refilling(in.int8() == 1);
            default -> throw new CorruptDataException("An answer has type " + type + "; expected 1 to 7, 9 or 10");
        };
    }

    private static ByteReader versioned(byte[] bytes) {
        return ByteReader.versioned(bytes, VERSION, "What another node says of a channel");
    }
}
