package io.wkmq.channel.group;

import io.wkmq.channel.group.GroupOp.CursorMove;
import io.wkmq.channel.group.GroupOp.Part;
import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The stored and transmitted form of operations (ADR 20). The first byte is the version, because a log outlives the version of the software
 * that wrote it. Stateless.
 */
public final class OpCodec {
    private static final int VERSION = 1;

    private static final int APPEND = 1;
    private static final int CONFIGURE = 2;
    private static final int TRIM = 3;
    private static final int MOVE_CURSORS = 4;
    private static final int DROP = 5;
    private static final int TAKE_CURSOR = 6;
    private static final int SET_CURSOR = 7;
    private static final int EXPIRE_CURSORS = 8;
    private static final int BEGIN_IMPORT = 9;
    private static final int IMPORT = 10;
    private static final int END_IMPORT = 11;

    private OpCodec() {}

    /** Encodes an operation. */
    public static byte[] encode(GroupOp op) {
        ByteWriter out = new ByteWriter(capacity(op));
        out.int8(VERSION);
        if (op instanceof GroupOp.Append append) {
            write(out.int8(APPEND), append);
        } else if (op instanceof GroupOp.Configure configure) {
            out.int8(CONFIGURE).number(configure.channel());
            write(out, configure.rules());
        } else if (op instanceof GroupOp.Trim trim) {
            out.int8(TRIM).number(trim.channel()).number(trim.first());
        } else if (op instanceof GroupOp.MoveCursors cursors) {
            out.int8(MOVE_CURSORS)
                    .number(cursors.timeMs())
                    .number(cursors.moves().size());
            for (CursorMove move : cursors.moves()) {
                out.number(move.channel())
                        .text(move.cursor())
                        .number(move.hold())
                        .number(move.next());
            }
        } else if (op instanceof GroupOp.Drop drop) {
            out.int8(DROP).number(drop.channel());
        } else if (op instanceof GroupOp.TakeCursor take) {
            out.int8(TAKE_CURSOR).number(take.channel()).text(take.cursor()).text(take.reader());
            out.int64(take.taking()).number(take.start()).number(take.timeMs());
        } else if (op instanceof GroupOp.SetCursor set) {
            out.int8(SET_CURSOR).number(set.channel()).text(set.cursor());
            out.number(set.next()).number(set.timeMs());
        } else if (op instanceof GroupOp.ExpireCursors expire) {
            out.int8(EXPIRE_CURSORS).number(expire.channel()).number(expire.usedBeforeMs());
        } else if (op instanceof GroupOp.BeginImport begin) {
            out.int8(BEGIN_IMPORT).number(begin.channel()).number(begin.first());
            write(out, begin.rules());
        } else if (op instanceof GroupOp.Import some) {
            write(out.int8(IMPORT), some);
        } else {
            GroupOp.EndImport end = (GroupOp.EndImport) op;
            out.int8(END_IMPORT).number(end.channel()).number(end.next());
            out.number(end.lastTimeMs()).int64(end.digest());
        }
        return out.toBytes();
    }

    /** Estimates the encoded size, so that the buffer of a large operation is not copied repeatedly while it is written. */
    private static int capacity(GroupOp op) {
        int bytes = 256;
        if (op instanceof GroupOp.Append append) {
            for (Part part : append.parts()) {
                for (Entry entry : part.entries()) {
                    bytes += 32 + entry.body().length;
                }
            }
        } else if (op instanceof GroupOp.Import some) {
            for (GroupOp.ImportedRecord record : some.records()) {
                bytes += 64 + record.entry().body().length;
            }
        }
        return bytes;
    }

    /**
     * Decodes an operation.
     *
     * @throws CorruptDataException if it is invalid, or of a later version
     */
    public static GroupOp decode(byte[] bytes) {
        ByteReader in = ByteReader.versioned(bytes, VERSION, "An operation");
        int type = in.int8();
        GroupOp op = switch (type) {
            case APPEND -> readAppend(in);
            case CONFIGURE -> new GroupOp.Configure(channel(in), readRules(in));
            case TRIM -> new GroupOp.Trim(channel(in), in.number());
            case MOVE_CURSORS -> readMoves(in);
            case DROP -> new GroupOp.Drop(channel(in));
            case TAKE_CURSOR ->
                new GroupOp.TakeCursor(channel(in), in.text(), in.text(), in.int64(), in.number(), in.number());
            case SET_CURSOR -> new GroupOp.SetCursor(channel(in), in.text(), in.number(), in.number());
            case EXPIRE_CURSORS -> new GroupOp.ExpireCursors(channel(in), in.number());
            case BEGIN_IMPORT -> readBegin(in);
            case IMPORT -> readImport(in);
            case END_IMPORT -> new GroupOp.EndImport(channel(in), in.number(), in.number(), in.int64());
            default -> throw new CorruptDataException("An operation has type " + type + "; expected 1 to 11");
        };
        if (!in.atEnd()) {
            throw new CorruptDataException("Something follows an operation of type " + type);
        }
        return op;
    }

    /** Returns whether an encoded operation is a {@link GroupOp.Append}. */
    public static boolean isAppend(byte[] op) {
        return op.length > 1 && op[1] == APPEND;
    }

    private static void write(ByteWriter out, GroupOp.Append append) {
        OpId id = append.id();
        write(out, id.producer());
        out.number(id.epoch()).number(id.number()).number(append.timeMs());
        out.number(append.parts().size());
        for (Part part : append.parts()) {
            out.number(part.channel()).number(part.entries().size());
            part.entries().forEach(entry -> write(out, entry));
        }
    }

    private static void write(ByteWriter out, Entry entry) {
        MessageKey key = entry.key();
        out.int8(key == null ? 0 : 1);
        if (key != null) {
            write(out, key);
        }
        out.block(entry.body());
    }

    private static Entry readEntry(ByteReader in) {
        MessageKey key = in.int8() == 0 ? null : readKey(in);
        return new Entry(in.block(), key);
    }

    private static void write(ByteWriter out, GroupOp.Import some) {
        out.number(some.channel()).number(some.from());
        out.number(some.keys().size());
        some.keys().forEach(known -> {
            write(out, known.key());
            out.number(known.seq()).number(known.timeMs());
        });
        out.number(some.records().size());
        some.records().forEach(record -> {
            out.number(record.timeMs()).number(record.term());
            write(out, record.entry());
        });
        out.number(some.cursors().size());
        some.cursors()
                .forEach(cursor -> out.text(cursor.name())
                        .number(cursor.next())
                        .number(cursor.usedMs())
                        .text(cursor.reader()));
    }

    private static GroupOp.BeginImport readBegin(ByteReader in) {
        int channel = channel(in);
        long first = in.number();
        if (first < 1) {
            throw new CorruptDataException("A channel begins with record " + first + "; expected at least 1");
        }
        return new GroupOp.BeginImport(channel, readRules(in), first);
    }

    private static GroupOp.Import readImport(ByteReader in) {
        int channel = channel(in);
        long from = in.number();
        int keyCount = in.number(Integer.MAX_VALUE);
        List<GroupOp.ImportedKey> keys = new ArrayList<>(Math.min(keyCount, 1024));
        for (int i = 0; i < keyCount; i++) {
            keys.add(new GroupOp.ImportedKey(readKey(in), in.number(), in.number()));
        }
        int recordCount = in.number(Integer.MAX_VALUE);
        List<GroupOp.ImportedRecord> records = new ArrayList<>(Math.min(recordCount, 1024));
        for (int i = 0; i < recordCount; i++) {
            records.add(new GroupOp.ImportedRecord(in.number(), in.number(), readEntry(in)));
        }
        int cursorCount = in.number(Integer.MAX_VALUE);
        List<GroupOp.ImportedCursor> cursors = new ArrayList<>(Math.min(cursorCount, 1024));
        for (int i = 0; i < cursorCount; i++) {
            cursors.add(new GroupOp.ImportedCursor(in.text(), in.number(), in.number(), in.text()));
        }
        return new GroupOp.Import(channel, from, keys, records, cursors);
    }

    private static GroupOp.Append readAppend(ByteReader in) {
        UUID producer = readUuid(in);
        OpId id;
        try {
            id = new OpId(producer, in.number(), in.number());
        } catch (IllegalArgumentException e) {
            throw new CorruptDataException("An operation has an id that cannot be", e);
        }
        long timeMs = in.number();
        int count = in.number(Integer.MAX_VALUE);
        List<Part> parts = new ArrayList<>(Math.min(count, 64));
        for (int i = 0; i < count; i++) {
            int channel = channel(in);
            int size = in.number(Integer.MAX_VALUE);
            List<Entry> entries = new ArrayList<>(Math.min(size, 1024));
            for (int j = 0; j < size; j++) {
                entries.add(readEntry(in));
            }
            parts.add(new Part(channel, entries));
        }
        return new GroupOp.Append(id, timeMs, parts);
    }

    private static GroupOp.MoveCursors readMoves(ByteReader in) {
        long timeMs = in.number();
        int count = in.number(Integer.MAX_VALUE);
        List<CursorMove> moves = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            moves.add(new CursorMove(channel(in), in.text(), in.number(), in.number()));
        }
        return new GroupOp.MoveCursors(timeMs, moves);
    }

    private static int channel(ByteReader in) {
        return in.number(Integer.MAX_VALUE);
    }

    static void write(ByteWriter out, UUID id) {
        out.int64(id.getMostSignificantBits()).int64(id.getLeastSignificantBits());
    }

    static UUID readUuid(ByteReader in) {
        return new UUID(in.int64(), in.int64());
    }

    static void write(ByteWriter out, MessageKey key) {
        out.int64(key.high()).int64(key.low()).int64(key.content());
    }

    static MessageKey readKey(ByteReader in) {
        return new MessageKey(in.int64(), in.int64(), in.int64());
    }

    static void write(ByteWriter out, ChannelRules rules) {
        out.number(rules.revision())
                .number(rules.keysMax())
                .number(rules.keysAgeMs())
                .number(rules.cursorsMax())
                .number(rules.cursorsAgeMs());
        Retention retention = rules.retention();
        out.number(retention.ageMs()).number(retention.bytes()).number(retention.count());
    }

    static ChannelRules readRules(ByteReader in) {
        try {
            return new ChannelRules(
                    in.number(),
                    in.number(Integer.MAX_VALUE),
                    in.number(),
                    in.number(Integer.MAX_VALUE),
                    in.number(),
                    new Retention(in.number(), in.number(), in.number()));
        } catch (IllegalArgumentException e) {
            throw new CorruptDataException("A channel has rules that cannot be", e);
        }
    }
}
