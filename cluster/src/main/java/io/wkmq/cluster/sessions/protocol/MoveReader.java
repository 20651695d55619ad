package io.wkmq.cluster.sessions.protocol;

import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.session.MovedMessages;
import io.wkmq.session.MovedSession;
import io.wkmq.session.SubscribeRequest;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Assembles a session from its {@link MoveRecords}, received in arbitrary pieces. Belongs to one thread. Holds no more than the
 * session will hold on this node.
 */
public final class MoveReader {
    /** The size limit of a record: the largest MQTT message and its attributes. */
    private static final int LARGEST = 300 << 20;

    private final List<SubscribeRequest> subscriptions = new ArrayList<>();
    private final List<MovedMessages.Owed> deliveries = new ArrayList<>();
    private final List<Integer> packetIds = new ArrayList<>();
    private @Nullable MovedSession session;
    private byte[] buffer = new byte[0]; // the beginning of an incomplete record
    private int size;

    /**
     * Reads the next piece.
     *
     * @param nowMs the time of day, used for message expiry
     * @throws MalformedMessageException if it is not valid
     */
    public void read(byte[] piece, long nowMs) throws MalformedMessageException {
        if (buffer.length - size < piece.length) {
            buffer = Arrays.copyOf(buffer, Math.max(size + piece.length, Math.min(2 * size, LARGEST)));
        }
        System.arraycopy(piece, 0, buffer, size, piece.length);
        size += piece.length;
        ByteBuffer in = ByteBuffer.wrap(buffer, 0, size);
        while (in.remaining() >= Integer.BYTES) {
            int length = in.getInt(in.position());
            if (length < 1 || length > LARGEST) {
                throw new MalformedMessageException("A record has " + length + " bytes; expected 1 to " + LARGEST);
            }
            if (in.remaining() - Integer.BYTES < length) {
                break;
            }
            in.getInt();
            ByteBuffer record = in.slice(in.position(), length);
            in.position(in.position() + length);
            record(record, nowMs);
        }
        if (in.position() > 0) {
            buffer = Arrays.copyOfRange(buffer, in.position(), size);
            size = buffer.length;
        }
    }

    private void record(ByteBuffer in, long nowMs) throws MalformedMessageException {
        try {
            int type = in.get();
            switch (type) {
                case MoveRecords.SESSION -> session = MoveRecords.session(in);
                case MoveRecords.SUBSCRIPTION -> subscriptions.add(MoveRecords.subscription(in));
                case MoveRecords.DELIVERY -> deliveries.add(MoveRecords.delivery(in, nowMs));
                case MoveRecords.PACKET_ID -> packetIds.add(MoveRecords.packetId(in));
                default -> throw new MalformedMessageException("A record has type " + type + ", which is unknown");
            }
        } catch (BufferUnderflowException e) {
            throw new MalformedMessageException("A record of a session ends in the middle");
        }
    }

    /**
     * Returns the session, once the first row of parts is read.
     *
     * @throws MalformedMessageException if it is incomplete
     */
    public MovedSession session() throws MalformedMessageException {
        MovedSession read = session;
        if (read == null || size > 0) {
            throw new MalformedMessageException("A session was not told to its end");
        }
        return new MovedSession(
                read.clientId(), read.userName(), read.createdAtMs(), read.expirySeconds(), subscriptions);
    }

    /**
     * Returns the session's messages, once the second row is read.
     *
     * @throws MalformedMessageException if the last record is incomplete
     */
    public MovedMessages messages() throws MalformedMessageException {
        if (size > 0) {
            throw new MalformedMessageException("The messages of a session were not told to their end");
        }
        return new MovedMessages(deliveries, packetIds);
    }
}
