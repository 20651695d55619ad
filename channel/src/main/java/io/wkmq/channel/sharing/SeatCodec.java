package io.wkmq.channel.sharing;

import io.wkmq.channel.sharing.SeatAnswer.Batch;
import io.wkmq.channel.sharing.SeatAnswer.Missing;
import io.wkmq.channel.sharing.SeatReport.Kind;
import io.wkmq.channel.sharing.SeatReport.Outcome;
import io.wkmq.channel.sharing.SeatReport.Outcomes;
import io.wkmq.channel.sharing.SeatReport.Seat;
import io.wkmq.channel.sharing.SeatReport.Wish;
import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transmitted form of reports and answers. Contains no records, since each node has those. Stateless. */
public final class SeatCodec {
    private static final int VERSION = 1;

    private static final int WORD = 1;
    private static final int NOT_HOME = 2;
    private static final int ENDED = 3;

    private SeatCodec() {}

    /** Encodes a report. */
    public static byte[] encode(SeatReport report) {
        Seat seat = report.seat();
        Wish wish = report.wish();
        ByteWriter out = new ByteWriter(128)
                .int8(VERSION)
                .number(seat.channel())
                .text(seat.cursor())
                .int64(seat.id())
                .number(report.number())
                .number(wish.read())
                .number(wish.count())
                .number(wish.bytes())
                .number(report.outcomes().first())
                .number(report.outcomes().all().size());
        for (Outcome outcome : report.outcomes().all()) {
            out.int8(outcome.kind().code()).number(outcome.seq());
        }
        numbers(out, report.unbegun());
        return out.int8(report.leaves() ? 1 : 0).toBytes();
    }

    /**
     * Decodes a report.
     *
     * @throws CorruptDataException if it is invalid
     */
    public static SeatReport decodeReport(byte[] bytes) {
        ByteReader in = versioned(bytes);
        Seat seat = new Seat(in.number(Integer.MAX_VALUE), in.text(), in.int64());
        long number = in.number();
        Wish wish = new Wish(in.number(), in.number(Integer.MAX_VALUE), in.number());
        long first = in.number();
        List<Outcome> outcomes = new ArrayList<>();
        for (int left = in.number(bytes.length); left > 0; left--) {
            Kind kind = kind(in.int8());
            outcomes.add(new Outcome(in.number(), kind));
        }
        return new SeatReport(seat, number, wish, new Outcomes(first, outcomes), numbers(in, bytes.length), flag(in));
    }

    private static Kind kind(int code) {
        for (Kind kind : Kind.values()) {
            if (kind.code() == code) {
                return kind;
            }
        }
        throw new CorruptDataException("An outcome has code " + code + "; expected 1 to 3");
    }

    /** Encodes an answer, without records. */
    public static byte[] encode(SeatAnswer answer) {
        ByteWriter out = new ByteWriter(64).int8(VERSION);
        if (answer instanceof SeatAnswer.Word word) {
            out.int8(WORD).number(word.outcomes());
            batch(out, word.batch());
        } else if (answer instanceof SeatAnswer.NotHome) {
            out.int8(NOT_HOME);
        } else {
            out.int8(ENDED).text(((SeatAnswer.Ended) answer).reason());
        }
        return out.toBytes();
    }

    private static void batch(ByteWriter out, @Nullable Batch batch) {
        if (batch == null) {
            out.int8(0);
            return;
        }
        out.int8(1).number(batch.read());
        Missing missing = batch.missing();
        if (missing == null) {
            out.int8(0);
        } else {
            out.int8(1).number(missing.first()).number(missing.last());
        }
        numbers(out, batch.seqs());
    }

    /**
     * Decodes an answer.
     *
     * @throws CorruptDataException if it is invalid
     */
    public static SeatAnswer decodeAnswer(byte[] bytes) {
        ByteReader in = versioned(bytes);
        int type = in.int8();
        return switch (type) {
            case WORD -> new SeatAnswer.Word(in.number(), flag(in) ? batch(in, bytes.length) : null);
            case NOT_HOME -> new SeatAnswer.NotHome();
            case ENDED -> new SeatAnswer.Ended(in.text());
            default -> throw new CorruptDataException("An answer has type " + type + "; expected 1 to 3");
        };
    }

    private static Batch batch(ByteReader in, int max) {
        long read = in.number();
        Missing missing = flag(in) ? new Missing(in.number(), in.number()) : null;
        List<Long> seqs = numbers(in, max);
        if (seqs.isEmpty()) {
            throw new CorruptDataException("An answer gives no record; expected one at least");
        }
        return new Batch(read, missing, seqs, List.of());
    }

    private static void numbers(ByteWriter out, List<Long> all) {
        out.number(all.size());
        all.forEach(out::number);
    }

    private static List<Long> numbers(ByteReader in, int max) {
        List<Long> all = new ArrayList<>();
        for (int left = in.number(max); left > 0; left--) {
            all.add(in.number());
        }
        return all;
    }

    private static boolean flag(ByteReader in) {
        int value = in.int8();
        if (value > 1) {
            throw new CorruptDataException("A flag is " + value + "; expected 0 or 1");
        }
        return value == 1;
    }

    private static ByteReader versioned(byte[] bytes) {
        return ByteReader.versioned(bytes, VERSION, "What another node says of a seat");
    }
}
