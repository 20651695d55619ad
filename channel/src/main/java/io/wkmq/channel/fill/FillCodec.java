package io.wkmq.channel.fill;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;

/** The transmitted form of questions and answers. Stateless. */
public final class FillCodec {
    private static final int VERSION = 1;

    private static final int HELLO = 1;
    private static final int STATE = 2;
    private static final int ROWS = 3;
    private static final int RECORDS = 4;
    private static final int BYE = 5;
    private static final int ENTRIES = 6;

    private static final int OFFER = 1;
    private static final int PART = 2;
    private static final int REFUSED = 3;

    private FillCodec() {}

    /** Encodes a question. */
    public static byte[] encode(FillQuestion question) {
        ByteWriter out = new ByteWriter(40).int8(VERSION);
        if (question instanceof FillQuestion.Hello hello) {
            out.int8(HELLO).number(hello.group()).number(hello.atLeast());
        } else if (question instanceof FillQuestion.State state) {
            out.int8(STATE).int64(state.offer()).number(state.offset());
        } else if (question instanceof FillQuestion.Rows rows) {
            out.int8(ROWS).int64(rows.offer()).number(rows.from()).number(rows.offset());
        } else if (question instanceof FillQuestion.Records records) {
            out.int8(RECORDS)
                    .int64(records.offer())
                    .number(records.channel())
                    .number(records.from())
                    .number(records.offset());
        } else if (question instanceof FillQuestion.Bye bye) {
            out.int8(BYE).int64(bye.offer());
        } else {
            FillQuestion.Entries entries = (FillQuestion.Entries) question;
            out.int8(ENTRIES)
                    .number(entries.group())
                    .number(entries.after())
                    .number(entries.holdMs())
                    .number(entries.offset());
        }
        return out.toBytes();
    }

    /**
     * Decodes a question.
     *
     * @throws CorruptDataException if it is invalid
     */
    public static FillQuestion decodeQuestion(byte[] bytes) {
        ByteReader in = versioned(bytes);
        int type = in.int8();
        return switch (type) {
            case HELLO -> new FillQuestion.Hello(in.number(Integer.MAX_VALUE), in.number());
            case STATE -> new FillQuestion.State(in.int64(), in.number(Integer.MAX_VALUE));
            case ROWS -> new FillQuestion.Rows(in.int64(), in.number(Integer.MAX_VALUE), in.number(Integer.MAX_VALUE));
            case RECORDS ->
                new FillQuestion.Records(
                        in.int64(), in.number(Integer.MAX_VALUE), in.number(), in.number(Integer.MAX_VALUE));
            case BYE -> new FillQuestion.Bye(in.int64());
            case ENTRIES ->
                new FillQuestion.Entries(
                        in.number(Integer.MAX_VALUE),
                        in.number(),
                        in.number(Integer.MAX_VALUE),
                        in.number(Integer.MAX_VALUE));
            default -> throw new CorruptDataException("A question has type " + type + "; expected 1 to 6");
        };
    }

    /** Encodes an answer. */
    public static byte[] encode(FillAnswer answer) {
        if (answer instanceof FillAnswer.Part part) {
            return new ByteWriter(16 + part.bytes().length)
                    .int8(VERSION)
                    .int8(PART)
                    .number(part.total())
                    .block(part.bytes())
                    .toBytes();
        }
        ByteWriter out = new ByteWriter(40).int8(VERSION);
        if (answer instanceof FillAnswer.Offer offer) {
            out.int8(OFFER).int64(offer.offer()).number(offer.index());
        } else {
            out.int8(REFUSED).text(((FillAnswer.Refused) answer).reason());
        }
        return out.toBytes();
    }

    /**
     * Decodes an answer.
     *
     * @throws CorruptDataException if it is invalid
     */
    public static FillAnswer decodeAnswer(byte[] bytes) {
        ByteReader in = versioned(bytes);
        int type = in.int8();
        return switch (type) {
            case OFFER -> new FillAnswer.Offer(in.int64(), in.number());
            case PART -> new FillAnswer.Part(in.number(Integer.MAX_VALUE), in.block());
            case REFUSED -> new FillAnswer.Refused(in.text());
            default -> throw new CorruptDataException("An answer has type " + type + "; expected 1 to 3");
        };
    }

    private static ByteReader versioned(byte[] bytes) {
        return ByteReader.versioned(bytes, VERSION, "What another node says of a group");
    }
}
