package io.wkmq.broker.listener;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A hand-written WebSocket client that can send what no proper client sends. */
final class WebSocketProbe implements ByteClient {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

    private final TestClient client;
    private ByteBuffer rest = ByteBuffer.allocate(0);

    /** The contents of a frame. */
    record Frame(int opcode, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.US_ASCII);
        }

        int closeCode() {
            return ByteBuffer.wrap(payload).getShort() & 0xffff;
        }
    }

    WebSocketProbe(TestClient client) {
        this.client = client;
    }

    /** A probe whose upgrade is done. */
    static WebSocketProbe open(TestClient client) throws IOException {
        WebSocketProbe probe = new WebSocketProbe(client);
        client.send(request("/mqtt", "mqtt"));
        String response = probe.readHead();
        if (!response.startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no upgrade: " + response);
        }
        return probe;
    }

    static String request(String path, String subprotocols) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + (subprotocols.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocols + "\r\n") + "\r\n";
    }

    /** The response up to the empty line. */
    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append(client.readText(1));
        }
        return head.toString();
    }

    static byte[] frame(boolean last, int opcode, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((last ? 0x80 : 0) | opcode);
        if (payload.length < 126) {
            out.write(0x80 | payload.length);
        } else if (payload.length < 65536) {
            out.write(0x80 | 126);
            out.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            out.write(0x80 | 127);
            out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        out.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            out.write(payload[i] ^ MASK[i % 4]);
        }
        return out.toByteArray();
    }

    static byte[] frame(boolean last, int opcode, String payload) {
        return frame(last, opcode, payload.getBytes(StandardCharsets.US_ASCII));
    }

    void sendFrame(boolean last, int opcode, String payload) throws IOException {
        client.send(frame(last, opcode, payload));
    }

    /** Bytes that are frames already, or parts of them. */
    void sendRaw(byte[] bytes) throws IOException {
        client.send(bytes);
    }

    Frame readFrame() throws IOException {
        byte[] head = client.read(2);
        long length = head[1] & 0x7f;
        if (length == 126) {
            length = ByteBuffer.wrap(client.read(2)).getShort() & 0xffff;
        } else if (length == 127) {
            length = ByteBuffer.wrap(client.read(8)).getLong();
        }
        return new Frame(head[0] & 0x0f, client.read(Math.toIntExact(length)));
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        client.send(frame(true, BINARY, bytes));
    }

    @Override
    public byte[] read(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (!rest.hasRemaining()) {
                Frame frame = readFrame();
                if (frame.opcode() != BINARY) {
                    throw new IOException("a frame with opcode " + frame.opcode());
                }
                rest = ByteBuffer.wrap(frame.payload());
            }
            int part = Math.min(rest.remaining(), bytes.remaining());
            bytes.put(rest.slice().limit(part));
            rest.position(rest.position() + part);
        }
        return bytes.array();
    }

    String readText(int length) throws IOException {
        return new String(read(length), StandardCharsets.US_ASCII);
    }

    boolean ends() throws IOException {
        return client.ends();
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
