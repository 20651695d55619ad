package io.wkmq.cluster.sessions.protocol;

import io.wkmq.cluster.sessions.protocol.SessionMessage.Fates;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Fence;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guard;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Held;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Part;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Pull;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Reclaim;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Tell;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Told;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Verdict;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Wish;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Version 1 of the encoding of messages about sessions: version, type, number of entries, entries. Nothing but the first byte of
 * other versions is understood.
 */
public final class V1 {
    /** Every epoch is less than this, so that there is always a next one. */
    public static final long EPOCH_LIMIT = 1L << 62;

    private static final int VERSION = 1;
    private static final int TELL = 1;
    private static final int TOLD = 2;
    private static final int GUARD = 3;
    private static final int PULL = 4;
    private static final int PART = 5;
    private static final int FENCE = 6;
    private static final int RECLAIM = 7;
    private static final int FATES = 8;
    static final int HEAD_BYTES = 2 + Integer.BYTES;
    private static final int HELD_BYTES_MIN = Long.BYTES + 1 + Short.BYTES;
    private static final int VERDICT_BYTES = 2 * Long.BYTES + 1;
    private static final int CLAIMING = 0x01;
    private static final int WANTING = 0x02;
    private static final int DOUBTFUL = 0x04;
    private static final int FORGETTING = 0x08;
    private static final int KEEPS = 0x01;
    private static final int FORGETS = 0x02;
    private static final int THERE = 0x01;
    private static final int LAST = 0x02;
    private static final int ID_BYTES_MAX = 0xFFFF;

    private V1() {}

    /** Returns the maximum encoded size of an entry of a {@link Tell}, in bytes. */
    public static int bytesMax(String clientId) {
        return HELD_BYTES_MIN + Long.BYTES + clientId.length() * 3;
    }

    /** Encodes a message. */
    public static byte[] encode(SessionMessage message) {
        if (message instanceof Tell tell) {
            return encode(tell);
        }
        if (message instanceof Guard guard) {
            return WillCodec.encode(VERSION, GUARD, guard);
        }
        if (message instanceof Pull pull) {
            return encode(pull);
        }
        if (message instanceof Part part) {
            int flags = (part.there() ? THERE : 0) | (part.last() ? LAST : 0);
            byte[] bytes = new byte[HEAD_BYTES + 1 + part.bytes().length];
            begin(bytes, PART, part.bytes().length).put((byte) flags).put(part.bytes());
            return bytes;
        }
        if (message instanceof Fence fence) {
            byte[] bytes = new byte[HEAD_BYTES + 3 * Long.BYTES];
            begin(bytes, FENCE, 0)
                    .putLong(fence.incarnation())
                    .putLong(fence.towards().value().getMostSignificantBits())
                    .putLong(fence.towards().value().getLeastSignificantBits());
            return bytes;
        }
        if (message instanceof Reclaim reclaim) {
            return ReclaimCodec.encode(VERSION, RECLAIM, reclaim);
        }
        if (message instanceof Fates fates) {
            return ReclaimCodec.encode(VERSION, FATES, fates);
        }
        List<Verdict> verdicts = ((Told) message).verdicts();
        byte[] bytes = new byte[HEAD_BYTES + verdicts.size() * VERDICT_BYTES];
        ByteBuffer out = begin(bytes, TOLD, verdicts.size());
        for (Verdict verdict : verdicts) {
            int flags = (verdict.claiming() ? CLAIMING : 0) | (verdict.wanting() ? WANTING : 0);
            flags |= (verdict.doubtful() ? DOUBTFUL : 0) | (verdict.forgetting() ? FORGETTING : 0);
            out.putLong(verdict.newer()).put((byte) flags).putLong(verdict.offered());
        }
        return bytes;
    }

    private static ByteBuffer begin(byte[] bytes, int type, int count) {
        return ByteBuffer.wrap(bytes).put((byte) VERSION).put((byte) type).putInt(count);
    }

    private static byte[] encode(Pull pull) {
        byte[] id = pull.clientId().getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[HEAD_BYTES + 2 * Long.BYTES + Short.BYTES + id.length];
        begin(bytes, PULL, pull.number())
                .putLong(pull.incarnation())
                .putLong(pull.claim())
                .putShort((short) id.length)
                .put(id);
        return bytes;
    }

    private static byte[] encode(Tell tell) {
        List<byte[]> ids = new ArrayList<>(tell.held().size());
        int size = HEAD_BYTES + Long.BYTES;
        for (Held held : tell.held()) {
            byte[] id = held.clientId().getBytes(StandardCharsets.UTF_8);
            ids.add(id);
            size += HELD_BYTES_MIN + (held.forgets() == 0 ? 0 : Long.BYTES) + id.length;
        }
        byte[] bytes = new byte[size];
        ByteBuffer out = begin(bytes, TELL, ids.size()).putLong(tell.incarnation());
        for (int i = 0; i < ids.size(); i++) {
            byte[] id = ids.get(i);
            Held held = tell.held().get(i);
            int flags = (held.wish() == Wish.KEEP ? KEEPS : 0) | (held.forgets() == 0 ? 0 : FORGETS);
            out.putLong(held.epoch()).put((byte) flags);
            if (held.forgets() != 0) {
                out.putLong(held.forgets());
            }
            out.putShort((short) id.length).put(id);
        }
        return bytes;
    }

    /**
     * Decodes a message.
     *
     * @throws MalformedMessageException if the bytes are not a message of this version
     */
    public static SessionMessage decode(byte[] bytes) throws MalformedMessageException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            int version = in.get();
            if (version != VERSION) {
                throw new MalformedMessageException(
                        "A message about sessions has version " + version + "; expected " + VERSION);
            }
            int type = in.get();
            int count = in.getInt();
            SessionMessage message = switch (type) {
                case TELL -> new Tell(in.getLong(), held(in, count));
                case TOLD -> new Told(verdicts(in, count));
                case GUARD -> WillCodec.decode(in, count);
                case PULL -> pull(in, count);
                case PART -> part(in, count);
                case FENCE -> new Fence(in.getLong(), new NodeId(new UUID(in.getLong(), in.getLong())));
                case RECLAIM -> ReclaimCodec.reclaim(in, count);
                case FATES -> ReclaimCodec.fates(in, count);
                default ->
                    throw new MalformedMessageException(
                            "A message about sessions has type " + type + "; expected " + TELL + " to " + FATES);
            };
            if (in.hasRemaining()) {
                throw new MalformedMessageException("A message about sessions has " + in.remaining()
                        + " bytes behind its " + count + " entries; expected none");
            }
            return message;
        } catch (BufferUnderflowException e) {
            throw new MalformedMessageException(
                    "A message about sessions ends after " + bytes.length + " bytes, in the middle");
        }
    }

    private static List<Held> held(ByteBuffer in, int count) throws MalformedMessageException {
        requireFor(in, count, HELD_BYTES_MIN);
        List<Held> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long epoch = epoch(in);
            int flags = flags(in, KEEPS | FORGETS);
            Wish wish = (flags & KEEPS) == 0 ? Wish.END : Wish.KEEP;
            long forgets = (flags & FORGETS) == 0 ? 0 : epoch(in);
            all.add(new Held(clientId(in), epoch, wish, forgets));
        }
        return all;
    }

    static String clientId(ByteBuffer in) {
        byte[] id = new byte[in.getShort() & ID_BYTES_MAX];
        in.get(id);
        return new String(id, StandardCharsets.UTF_8);
    }

    private static Pull pull(ByteBuffer in, int number) throws MalformedMessageException {
        if (number < 0) {
            throw new MalformedMessageException("A part has the number " + number + "; expected 0 or more");
        }
        long incarnation = in.getLong();
        long claim = epoch(in);
        return new Pull(incarnation, clientId(in), claim, number);
    }

    private static Part part(ByteBuffer in, int length) throws MalformedMessageException {
        int flags = flags(in, THERE | LAST);
        requireFor(in, length, 1);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new Part((flags & THERE) != 0, (flags & LAST) != 0, bytes);
    }

    private static int flags(ByteBuffer in, int known) throws MalformedMessageException {
        int flags = in.get();
        if ((flags & ~known) != 0) {
            throw new MalformedMessageException("Flags are " + flags + "; expected 0 to " + known);
        }
        return flags;
    }

    private static List<Verdict> verdicts(ByteBuffer in, int count) throws MalformedMessageException {
        requireFor(in, count, VERDICT_BYTES);
        List<Verdict> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long newer = epoch(in);
            int flags = flags(in, CLAIMING | WANTING | DOUBTFUL | FORGETTING);
            long offered = epoch(in);
            boolean yours = newer == 0 && flags == 0 && offered == 0;
            all.add(
                    yours
                            ? Verdict.YOURS
                            : new Verdict(
                                    newer,
                                    (flags & CLAIMING) != 0,
                                    (flags & WANTING) != 0,
                                    offered,
                                    (flags & DOUBTFUL) != 0,
                                    (flags & FORGETTING) != 0));
        }
        return all;
    }

    static long epoch(ByteBuffer in) throws MalformedMessageException {
        long epoch = in.getLong();
        if (epoch < 0 || epoch >= EPOCH_LIMIT) {
            throw new MalformedMessageException(
                    "An epoch is " + epoch + "; expected 0 or more, less than " + EPOCH_LIMIT);
        }
        return epoch;
    }

    /** Checks that the announced entries fit into the remaining bytes, before anything is allocated for them. */
    static void requireFor(ByteBuffer in, int count, int bytesEach) throws MalformedMessageException {
        if (count < 0 || count > in.remaining() / bytesEach) {
            throw new MalformedMessageException("A message about sessions announces " + count + " entries; there are "
                    + in.remaining() + " bytes for them");
        }
    }
}
