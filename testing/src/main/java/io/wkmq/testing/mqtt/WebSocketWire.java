package io.wkmq.testing.mqtt;

import io.wkmq.testing.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * MQTT over WebSocket (RFC 6455) for tests: exposes the server's handshake response and sends frames of any kind. {@link #write} sends its
 * bytes as one binary frame. Not thread-safe.
 */
public final class WebSocketWire implements Wire {
    /** Opcode of a continuation frame. */
    public static final int CONTINUATION = 0x0;
    /** Opcode of a text frame. */
    public static final int TEXT = 0x1;
    /** Opcode of a binary frame. */
    public static final int BINARY = 0x2;
    /** Opcode of a close frame. */
    public static final int CLOSE = 0x8;
    /** Opcode of a ping frame. */
    public static final int PING = 0x9;
    /** Opcode of a pong frame. */
    public static final int PONG = 0xA;

    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(30);
    private static final byte[] MASK = {0x5A, (byte) 0xA5, 0x3C, (byte) 0xC3};

    private final Wire tcp;
    private final byte[] buffer = new byte[64 * 1024];
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final String response;
    private int pongs;
    private boolean closed;

    private WebSocketWire(Wire tcp, String request) throws IOException {
        this.tcp = tcp;
        tcp.write(request.getBytes(StandardCharsets.US_ASCII));
        this.response = readResponse();
    }

    /**
     * Opens a connection and performs the handshake, which the server may refuse: see {@link #accepted}.
     *
     * @param subprotocols the value of Sec-WebSocket-Protocol, empty for none
     */
    public static WebSocketWire open(String host, int port, String path, String subprotocols) throws IOException {
        String key = Base64.getEncoder().encodeToString("wkmq probe key !".getBytes(StandardCharsets.US_ASCII));
        String offer = subprotocols.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocols + "\r\n";
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + ":" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + key + "\r\n" + offer + "\r\n";
        return new WebSocketWire(SocketWire.tcp(host, port), request);
    }

    /** Returns whether the server has switched to WebSocket. */
    public boolean accepted() {
        return response.startsWith("HTTP/1.1 101");
    }

    /** Returns the subprotocol that the server selected. */
    public Optional<String> subprotocol() {
        return response.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-protocol:"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst();
    }

    /** Returns the head of the server's response. */
    public String response() {
        return response;
    }

    /** Returns how many pong frames have been read so far. */
    public int pongs() {
        return pongs;
    }

    /** Sends one frame. */
    public void writeFrame(boolean last, int opcode, byte[] payload) throws IOException {
        WireWriter frame = new WireWriter().u8((last ? 0x80 : 0) | opcode);
        if (payload.length < 126) {
            frame.u8(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.u8(0x80 | 126).u16(payload.length);
        } else {
            frame.u8(0x80 | 127).u32(0).u32(payload.length);
        }
        frame.raw(MASK);
        byte[] masked = payload.clone();
        for (int i = 0; i < masked.length; i++) {
            masked[i] ^= MASK[i % MASK.length];
        }
        tcp.write(frame.raw(masked).bytes());
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        writeFrame(true, BINARY, bytes);
    }

    @Override
    public int read(byte[] target, int offset, Duration limit) throws IOException {
        Deadline deadline = Deadline.after(limit);
        while (true) {
            Frame frame = nextFrame();
            if (frame == null) {
                if (closed) {
                    return -1;
                }
                if (!fill(deadline.remaining())) {
                    return closed ? -1 : 0;
                }
            } else if (frame.opcode() == BINARY || frame.opcode() == CONTINUATION) {
                if (frame.payload().length > 0) {
                    return deliver(frame.payload(), target, offset);
                }
            } else if (frame.opcode() == CLOSE) {
                closed = true;
            } else if (frame.opcode() == PING) {
                writeFrame(true, PONG, frame.payload());
            } else if (frame.opcode() == PONG) {
                pongs++;
            } else {
                throw new IOException("The server sent a frame of opcode " + frame.opcode()
                        + ", expected binary ones only [MQTT-6.0.0-1]");
            }
        }
    }

    @Override
    public void close() throws IOException {
        tcp.close();
    }

    @Override
    public void abort() throws IOException {
        tcp.abort();
    }

    private record Frame(int opcode, byte[] payload) {}

    private int deliver(byte[] payload, byte[] target, int offset) {
        int count = Math.min(payload.length, target.length - offset);
        System.arraycopy(payload, 0, target, offset, count);
        if (count < payload.length) {
            byte[] rest = received.toByteArray();
            received.reset();
            received.writeBytes(unmaskedFrame(Arrays.copyOfRange(payload, count, payload.length)));
            received.writeBytes(rest);
        }
        return count;
    }

    /** Wraps the part that did not fit into a frame, to be read again next. */
    private static byte[] unmaskedFrame(byte[] payload) {
        return new WireWriter()
                .u8(0x80 | BINARY)
                .u8(127)
                .u32(0)
                .u32(payload.length)
                .raw(payload)
                .bytes();
    }

    /** Returns the next complete frame of the server, which never masks its frames, or null. */
    private @Nullable Frame nextFrame() {
        byte[] bytes = received.toByteArray();
        if (bytes.length < 2) {
            return null;
        }
        int header = 2;
        long length = bytes[1] & 0x7F;
        int extra = length == 126 ? 2 : length == 127 ? 8 : 0;
        if (bytes.length < header + extra) {
            return null;
        }
        if (extra > 0) {
            length = 0;
            for (int i = 0; i < extra; i++) {
                length = length << 8 | (bytes[header + i] & 0xFF);
            }
        }
        int start = header + extra;
        if (bytes.length < start + length) {
            return null;
        }
        int end = start + (int) length;
        received.reset();
        received.write(bytes, end, bytes.length - end);
        return new Frame(bytes[0] & 0x0F, Arrays.copyOfRange(bytes, start, end));
    }

    /** Reads what arrives in time; returns false if nothing did. */
    private boolean fill(Duration limit) throws IOException {
        int count = tcp.read(buffer, 0, limit);
        if (count < 0) {
            closed = true;
            return false;
        }
        received.write(buffer, 0, count);
        return count > 0;
    }

    private String readResponse() throws IOException {
        Deadline deadline = Deadline.after(HANDSHAKE_LIMIT);
        while (true) {
            String text = received.toString(StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end >= 0) {
                byte[] rest = received.toByteArray();
                received.reset();
                received.write(rest, end + 4, rest.length - end - 4);
                return text.substring(0, end);
            }
            if (closed || deadline.passed()) {
                return text;
            }
            fill(deadline.remaining());
        }
    }
}
