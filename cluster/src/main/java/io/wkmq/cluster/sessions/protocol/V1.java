package io.wkmq.cluster.sessions.protocol;

import io.wkmq.cluster.sessions.protocol.SessionMessage.Guard;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Held;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Tell;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Told;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Verdict;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Version 1 of the messages about sessions: the version, a type, a number of entries, the entries. Of another version nothing
 * but the first byte is understood.
 */
public final class V1 {
    /** Every epoch is less, so that there is always a next one. */
    public static final long EPOCH_LIMIT = 1L << 62;

    private static final int VERSION = 1;
    private static final int TELL = 1;
    private static final int TOLD = 2;
    private static final int GUARD = 3;
    private static final int HEAD_BYTES = 2 + Integer.BYTES;
    private static final int VERDICT_BYTES = Long.BYTES + 1;
    private static final int ID_BYTES_MAX = 0xFFFF;

    private V1() {}

    /** How many bytes an entry of a {@link Tell} takes at most. */
    public static int bytesMax(String clientId) {
        return Long.BYTES + Short.BYTES + clientId.length() * 3;
    }

    /** The bytes of a message. */
    public static byte[] encode(SessionMessage message) {
        if (message instanceof Tell tell) {
            return encode(tell);
        }
        if (message instanceof Guard guard) {
            return WillCodec.encode(VERSION, GUARD, guard);
        }
        List<Verdict> verdicts = ((Told) message).verdicts();
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + verdicts.size() * VERDICT_BYTES);
        out.put((byte) VERSION).put((byte) TOLD).putInt(verdicts.size());
        for (Verdict verdict : verdicts) {
            out.putLong(verdict.newer()).put((byte) (verdict.claiming() ? 1 : 0));
        }
        return out.array();
    }

    private static byte[] encode(Tell tell) {
        List<byte[]> ids = new ArrayList<>(tell.held().size());
        int size = HEAD_BYTES + Long.BYTES;
        for (Held held : tell.held()) {
            byte[] id = held.clientId().getBytes(StandardCharsets.UTF_8);
            ids.add(id);
            size += Long.BYTES + Short.BYTES + id.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put((byte) VERSION).put((byte) TELL).putInt(ids.size()).putLong(tell.incarnation());
        for (int i = 0; i < ids.size(); i++) {
            byte[] id = ids.get(i);
            out.putLong(tell.held().get(i).epoch()).putShort((short) id.length).put(id);
        }
        return out.array();
    }

    /**
     * The message that the bytes are.
     *
     * @throws MalformedSessionMessageException if they are none of this version
     */
    public static SessionMessage decode(byte[] bytes) throws MalformedSessionMessageException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            int version = in.get();
            if (version != VERSION) {
                throw new MalformedSessionMessageException(
                        "A message about sessions has version " + version + "; expected " + VERSION);
            }
            int type = in.get();
            int count = in.getInt();
            SessionMessage message = switch (type) {
                case TELL -> new Tell(in.getLong(), held(in, count));
                case TOLD -> new Told(verdicts(in, count));
                case GUARD -> WillCodec.decode(in, count);
                default ->
                    throw new MalformedSessionMessageException(
                            "A message about sessions has type " + type + "; expected " + TELL + " to " + GUARD);
            };
            if (in.hasRemaining()) {
                throw new MalformedSessionMessageException("A message about sessions has " + in.remaining()
                        + " bytes behind its " + count + " entries; expected none");
            }
            return message;
        } catch (BufferUnderflowException e) {
            throw new MalformedSessionMessageException(
                    "A message about sessions ends after " + bytes.length + " bytes, in the middle");
        }
    }

    private static List<Held> held(ByteBuffer in, int count) throws MalformedSessionMessageException {
        requireFor(in, count, Long.BYTES + Short.BYTES);
        List<Held> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long epoch = epoch(in);
            byte[] id = new byte[in.getShort() & ID_BYTES_MAX];
            in.get(id);
            all.add(new Held(new String(id, StandardCharsets.UTF_8), epoch));
        }
        return all;
    }

    private static List<Verdict> verdicts(ByteBuffer in, int count) throws MalformedSessionMessageException {
        requireFor(in, count, VERDICT_BYTES);
        List<Verdict> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long newer = epoch(in);
            int claiming = in.get();
            if (claiming != 0 && claiming != 1) {
                throw new MalformedSessionMessageException("A flag is " + claiming + "; expected 0 or 1");
            }
            all.add(newer == 0 && claiming == 0 ? Verdict.YOURS : new Verdict(newer, claiming == 1));
        }
        return all;
    }

    static long epoch(ByteBuffer in) throws MalformedSessionMessageException {
        long epoch = in.getLong();
        if (epoch < 0 || epoch >= EPOCH_LIMIT) {
            throw new MalformedSessionMessageException(
                    "An epoch is " + epoch + "; expected 0 or more, less than " + EPOCH_LIMIT);
        }
        return epoch;
    }

    /** Nothing is made for entries that cannot be there. */
    static void requireFor(ByteBuffer in, int count, int bytesEach) throws MalformedSessionMessageException {
        if (count < 0 || count > in.remaining() / bytesEach) {
            throw new MalformedSessionMessageException("A message about sessions announces " + count
                    + " entries; there are " + in.remaining() + " bytes for them");
        }
    }
}
