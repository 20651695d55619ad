package io.wkmq.testing.mqtt;

import io.wkmq.testing.Deadline;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits the server's bytes into packets (2.1). Reads only on demand, so that a test which does not ask is a slow reader. Not thread-safe.
 */
final class PacketStream {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Wire wire;
    private final ServerPacketDecoder decoder;
    private final Transcript transcript;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int start;
    private int end;
    private boolean closed;
    private boolean tornEnds;

    PacketStream(Wire wire, MqttVersion version, Transcript transcript) {
        this.wire = wire;
        this.decoder = new ServerPacketDecoder(version);
        this.transcript = transcript;
    }

    /** Returns whether the server has closed the connection and all its packets have been read. */
    boolean closed() {
        return closed;
    }

    /** Permits the connection to end in the middle of a packet from now on; that packet is then ignored. */
    void allowTornEnds() {
        tornEnds = true;
    }

    /** Sets what the client's CONNECT permits. */
    void allow(ClientLimits limits) {
        decoder.allow(limits);
    }

    /** Returns the next packet, or null if none arrives by the deadline or the connection has been closed. */
    @Nullable
    ServerPacket next(Deadline deadline) {
        boolean lastTry = false;
        while (true) {
            ServerPacket packet = parse();
            if (packet != null || closed || lastTry) {
                return packet;
            }
            lastTry = deadline.passed(); // read what has arrived even then
            fill(deadline);
        }
    }

    /** Returns the next packet, or null if it is not complete in the buffer. */
    private @Nullable ServerPacket parse() {
        long length = 0;
        for (int i = 0; i < 4 && start + 1 + i < end; i++) {
            int b = buffer[start + 1 + i];
            length |= (long) (b & 0x7F) << (7 * i);
            if ((b & 0x80) == 0) {
                int total = 2 + i + (int) length;
                return end - start < total ? null : decode(2 + i, total);
            }
        }
        if (end - start >= 5) {
            throw failure("A remaining length has more than 4 bytes");
        }
        return null;
    }

    private ServerPacket decode(int headerBytes, int total) {
        byte[] bytes = Arrays.copyOfRange(buffer, start, start + total);
        try {
            ServerPacket packet = decoder.decode(bytes[0] & 0xFF, Arrays.copyOfRange(bytes, headerBytes, total), total);
            transcript.received(packet, bytes);
            start += total;
            return packet;
        } catch (MalformedServerPacketException e) {
            throw failure("The server sent a bad packet: " + e.getMessage());
        }
    }

    private ProbeFailure failure(String message) {
        byte[] bytes = Arrays.copyOfRange(buffer, start, end);
        return new ProbeFailure(message + "\n  bytes: " + Hex.abbreviated(bytes, 256), transcript);
    }

    private void fill(Deadline deadline) {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        try {
            int count = wire.read(buffer, end, deadline.remaining());
            if (count < 0) {
                close("closed by the server");
            } else {
                end += count;
            }
        } catch (IOException e) {
            close("closed: " + e);
        }
    }

    private void close(String how) {
        closed = true;
        transcript.note(how);
        if (end > start && !tornEnds) {
            throw failure("The connection ended inside a packet");
        }
    }
}
