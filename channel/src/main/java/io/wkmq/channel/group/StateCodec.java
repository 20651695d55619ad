package io.wkmq.channel.group;

import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.AppendResult.PartResult;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The form in which the state of a group and of its channels is stored and sent to other replicas. Stateless. */
public final class StateCodec {
    private static final int VERSION = 1;

    /** The version of a channel that is being imported; the form is the same otherwise. */
    private static final int IMPORTING = 2;

    private static final int CURSOR = 5; // type of an answer
    private static final int IMPORT = 6;

    private StateCodec() {}

    /** Encodes the state of a machine without its channels. */
    public static byte[] encode(GroupMachine machine) {
        ByteWriter out = new ByteWriter(1024);
        out.int8(VERSION).number(machine.applied()).number(machine.term());
        Producers producers = machine.producers();
        out.number(producers.size());
        producers.forEach((id, epoch, last, results) -> {
            OpCodec.write(out, id);
            out.number(epoch).number(last).number(results.size());
            results.forEach(out::raw);
        });
        return out.toBytes();
    }

    /** Restores an encoded state into a machine that has not applied anything yet. */
    public static void decode(byte[] bytes, GroupMachine machine) {
        ByteReader in = versioned(bytes);
        machine.restore(in.number(), in.number());
        int count = in.number(Producers.PRODUCERS_MAX);
        for (int i = 0; i < count; i++) {
            var id = OpCodec.readUuid(in);
            long epoch = in.number();
            long last = in.number();
            int size = in.number(Producers.RESULTS_MAX);
            List<AppendResult.Done> results = new ArrayList<>(size);
            for (int j = 0; j < size; j++) {
                results.add(readDone(in));
            }
            machine.producers().restore(id, epoch, last, results);
        }
    }

    /** Encodes the state of a channel. */
    public static byte[] encode(ChannelState state) {
        ByteWriter out = new ByteWriter(64);
        out.int8(state.importing() ? IMPORTING : VERSION).number(state.channel());
        OpCodec.write(out, state.rules());
        Position position = state.position();
        out.number(position.first())
                .number(position.next())
                .number(position.lastTimeMs())
                .int64(position.digest());
        out.number(state.cursors().size());
        state.cursors()
                .byName()
                .forEach((name, cursor) -> out.text(name)
                        .number(cursor.next())
                        .number(cursor.usedMs())
                        .text(cursor.reader())
                        .int64(cursor.taking())
                        .number(cursor.hold()));
        out.number(state.keys().size());
        state.keys().forEach((key, seq, timeMs) -> {
            OpCodec.write(out, key);
            out.number(seq).number(timeMs);
        });
        return out.toBytes();
    }

    /** Decodes the state of a channel. */
    public static ChannelState decodeChannel(byte[] bytes) {
        ByteReader in = ofChannel(bytes);
        ChannelState state = withoutKeys(in, isImporting(bytes));
        int keys = in.number(Integer.MAX_VALUE);
        for (int i = 0; i < keys; i++) {
            state.keys().restore(OpCodec.readKey(in), in.number(), in.number());
        }
        return state;
    }

    /** Decodes the state of a channel without its message names, of which there may be very many and which are not validated. */
    public static ChannelHead decodeHead(byte[] bytes) {
        ChannelState state = withoutKeys(ofChannel(bytes), isImporting(bytes));
        long cursorUsedMs = Long.MAX_VALUE;
        for (Cursor cursor : state.cursors().byName().values()) {
            cursorUsedMs = Math.min(cursorUsedMs, cursor.usedMs());
        }
        return new ChannelHead(state.channel(), state.rules(), state.position(), state.importing(), cursorUsedMs);
    }

    private static boolean isImporting(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == IMPORTING;
    }

    private static ByteReader ofChannel(byte[] bytes) {
        if (!isImporting(bytes)) {
            return versioned(bytes);
        }
        ByteReader in = new ByteReader(bytes);
        in.int8(); // the version
        return in;
    }

    private static ChannelState withoutKeys(ByteReader in, boolean importing) {
        ChannelState state = new ChannelState(in.number(Integer.MAX_VALUE), OpCodec.readRules(in));
        state.restore(new Position(in.number(), in.number(), in.number(), in.int64()), importing);
        int cursors = in.number(Integer.MAX_VALUE);
        for (int i = 0; i < cursors; i++) {
            state.cursors().put(in.text(), new Cursor(in.number(), in.number(), in.text(), in.int64(), in.number()));
        }
        return state;
    }

    /** Returns an encoded channel state without the records before this number. */
    public static byte[] trimmed(byte[] row, long first) {
        ChannelState state = decodeChannel(row);
        state.trim(first);
        return encode(state);
    }

    /** Returns an encoded channel state with another digest. */
    public static byte[] withDigest(byte[] row, long digest) {
        ChannelState state = decodeChannel(row);
        Position position = state.position();
        state.restore(
                new Position(position.first(), position.next(), position.lastTimeMs(), digest), state.importing());
        return encode(state);
    }

    /** Encodes an answer. */
    public static byte[] encode(GroupAnswer result) {
        ByteWriter out = new ByteWriter(32);
        out.int8(VERSION);
        if (result instanceof AppendResult.Done done) {
            write(out.int8(1), done);
        } else if (result instanceof AppendResult.OutOfOrder missing) {
            out.int8(2).number(missing.expected());
        } else if (result instanceof AppendResult.Fenced fenced) {
            out.int8(3).number(fenced.epoch());
        } else if (result instanceof CursorAnswer cursor) {
            out.int8(CURSOR).int8(cursor.result().code()).number(cursor.hold()).number(cursor.next());
        } else if (result instanceof ImportAnswer imported) {
            out.int8(IMPORT).int8(imported.result().code()).number(imported.next());
        } else {
            out.int8(4);
        }
        return out.toBytes();
    }

    /** Decodes the answer to an operation on one cursor. */
    public static CursorAnswer decodeCursor(byte[] bytes) {
        ByteReader in = versioned(bytes);
        int type = in.int8();
        if (type != CURSOR) {
            throw new CorruptDataException("An answer has type " + type + "; expected " + CURSOR);
        }
        return new CursorAnswer(CursorAnswer.Result.of(in.int8()), in.number(), in.number());
    }

    /** Decodes the answer to an import operation. */
    public static ImportAnswer decodeImport(byte[] bytes) {
        ByteReader in = versioned(bytes);
        int type = in.int8();
        if (type != IMPORT) {
            throw new CorruptDataException("An answer has type " + type + "; expected " + IMPORT);
        }
        return new ImportAnswer(ImportAnswer.Result.of(in.int8()), in.number());
    }

    /** Decodes the answer to an append. */
    public static AppendResult decodeResult(byte[] bytes) {
        ByteReader in = versioned(bytes);
        int type = in.int8();
        return switch (type) {
            case 1 -> readDone(in);
            case 2 -> new AppendResult.OutOfOrder(in.number());
            case 3 -> new AppendResult.Fenced(in.number());
            case 4 -> new AppendResult.Forgotten();
            default -> throw new CorruptDataException("An answer has type " + type + "; expected 1 to 4");
        };
    }

    /** Encodes an answer as part of a machine's state. */
    static byte[] encodeDone(AppendResult.Done done) {
        ByteWriter out = new ByteWriter(32);
        write(out, done);
        return out.toBytes();
    }

    static AppendResult.Done decodeDone(byte[] bytes) {
        return readDone(new ByteReader(bytes));
    }

    private static void write(ByteWriter out, AppendResult.Done done) {
        out.number(done.term()).number(done.parts().size());
        for (PartResult part : done.parts()) {
            long[] seqs = part.seqs();
            out.number(part.timeMs()).number(seqs.length).int8(part.outcomes() == null ? 0 : 1);
            if (part.outcomes() == null) {
                out.number(seqs.length == 0 ? 0 : seqs[0]); // the others are consecutive
                continue;
            }
            for (int i = 0; i < seqs.length; i++) {
                out.int8(part.outcome(i).code()).number(seqs[i]);
            }
        }
    }

    private static AppendResult.Done readDone(ByteReader in) {
        long term = in.number();
        int count = in.number(Integer.MAX_VALUE);
        List<PartResult> parts = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            long timeMs = in.number();
            int size = in.number(1 << 24);
            boolean allAppended = in.int8() == 0;
            long[] seqs = new long[size];
            Outcome @Nullable [] outcomes = allAppended ? null : new Outcome[size];
            long first = allAppended ? in.number() : 0;
            for (int j = 0; j < size; j++) {
                if (outcomes == null) {
                    seqs[j] = first + j;
                } else {
                    outcomes[j] = Outcome.of(in.int8());
                    seqs[j] = in.number();
                }
            }
            parts.add(new PartResult(timeMs, seqs, outcomes));
        }
        return new AppendResult.Done(term, parts);
    }

    private static ByteReader versioned(byte[] bytes) {
        return ByteReader.versioned(bytes, VERSION, "The state of a group");
    }
}
