package io.wkmq.cluster.sessions.protocol;

import io.wkmq.cluster.sessions.protocol.SessionMessage.Guard;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guarded;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Will;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part of {@link V1} that encodes wills. Stateless. */
final class WillCodec {
    private static final int PRESENT = 0x01;
    private static final int RETAIN = 0x02;
    private static final int USER_NAME = 0x40;
    private static final int ENTRY_BYTES_MIN = Long.BYTES + Integer.BYTES + 1;

    private WillCodec() {}

    static byte[] encode(int version, int type, Guard guard) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(version);
            out.writeByte(type);
            out.writeInt(guard.wills().size());
            out.writeLong(guard.incarnation());
            out.writeLong(guard.number());
            out.writeByte(guard.first() ? 1 : 0);
            for (Guarded guarded : guard.wills()) {
                out.writeLong(guarded.epoch());
                MessageCodec.text(out, guarded.clientId());
                Will will = guarded.will();
                if (will == null) {
                    out.writeByte(0);
                } else {
                    will(out, will, guarded.delaySeconds());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("A will could not be written into memory", e);
        }
        return bytes.toByteArray();
    }

    private static void will(DataOutputStream out, Will will, long delaySeconds) throws IOException {
        MessageProperties properties = will.properties();
        String userName = will.userName();
        int flags = PRESENT | (will.retain() ? RETAIN : 0) | (userName != null ? USER_NAME : 0);
        out.writeByte(flags | MessageCodec.flags(properties));
        out.writeByte(will.qos().code());
        out.writeLong(delaySeconds);
        out.writeLong(will.delaySeconds());
        out.writeLong(will.expirySeconds());
        MessageCodec.text(out, will.topic().text());
        MessageCodec.block(out, will.payload());
        MessageCodec.properties(out, properties);
        if (userName != null) {
            MessageCodec.text(out, userName);
        }
    }

    static Guard decode(ByteBuffer in, int count) throws MalformedMessageException {
        long incarnation = in.getLong();
        long number = in.getLong();
        boolean first = in.get() != 0;
        V1.requireFor(in, count, ENTRY_BYTES_MIN);
        List<Guarded> wills = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            wills.add(guarded(in));
        }
        return new Guard(incarnation, number, first, wills);
    }

    private static Guarded guarded(ByteBuffer in) throws MalformedMessageException {
        long epoch = V1.epoch(in);
        String clientId = MessageCodec.text(in);
        int flags = in.get();
        if ((flags & PRESENT) == 0) {
            return new Guarded(clientId, epoch, null, 0);
        }
        int qos = in.get();
        if (qos < 0 || qos > 2) {
            throw new MalformedMessageException("A will has QoS " + qos + "; expected 0, 1 or 2");
        }
        long delaySeconds = seconds(in, 0);
        long ownDelaySeconds = seconds(in, 0);
        long expirySeconds = seconds(in, -1);
        String topic = MessageCodec.text(in);
        byte[] payload = MessageCodec.block(in);
        MessageProperties properties = MessageCodec.properties(in, flags);
        @Nullable String userName = (flags & USER_NAME) == 0 ? null : MessageCodec.text(in);
        try {
            boolean retain = (flags & RETAIN) != 0;
            Will will = new Will(
                    TopicName.of(topic),
                    payload,
                    Qos.of(qos),
                    retain,
                    properties,
                    expirySeconds,
                    ownDelaySeconds,
                    userName);
            return new Guarded(clientId, epoch, will, delaySeconds);
        } catch (InvalidTopicException e) {
            throw new MalformedMessageException("A will goes to no topic: " + e.getMessage());
        }
    }

    private static long seconds(ByteBuffer in, long min) throws MalformedMessageException {
        long seconds = in.getLong();
        if (seconds < min || seconds > 0xFFFF_FFFFL) {
            throw new MalformedMessageException(
                    "A will has a time of " + seconds + " s; expected " + min + " to " + 0xFFFF_FFFFL);
        }
        return seconds;
    }
}
