package io.wkmq.testing.net;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process on a host of the lab that opens connections on behalf of the test, whose own process cannot leave its network namespace. A
 * client of its Unix domain socket writes a host and a port and, after reading a 1, is connected to there. Ends when its standard input is
 * closed. Uses two threads per connection.
 */
final class Relay {
    static final byte CONNECTED = 1;
    static final byte REFUSED = 0;

    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int BUFFER_BYTES = 64 * 1024;

    private Relay() {}

    /** Listens on the Unix domain socket whose path is the first argument. */
    public static void main(String[] arguments) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(Path.of(arguments[0])));
        System.out.println("listening");
        daemon(() -> {
            while (true) {
                SocketChannel client = server.accept();
                daemon(() -> serve(client));
            }
        });
        while (System.in.read() >= 0) {
            // nobody writes; only the end of the stream matters
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // One side is gone; the other one sees the end of its stream.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static void serve(SocketChannel client) throws IOException {
        try (client;
                SocketChannel server = SocketChannel.open()) {
            try {
                server.socket().connect(target(client), CONNECT_TIMEOUT_MS);
            } catch (IOException e) {
                client.write(ByteBuffer.wrap(new byte[] {REFUSED}));
                return;
            }
            server.setOption(StandardSocketOptions.TCP_NODELAY, true);
            client.write(ByteBuffer.wrap(new byte[] {CONNECTED}));
            daemon(() -> pump(client, server));
            pump(server, client);
        }
    }

    /** Reads the client's request: the length of the address, the address, the port in two bytes. */
    private static InetSocketAddress target(SocketChannel client) throws IOException {
        byte[] address = new byte[Byte.toUnsignedInt(read(client, 1).get())];
        ByteBuffer bytes = read(client, address.length + Short.BYTES).get(address);
        return new InetSocketAddress(
                new String(address, StandardCharsets.US_ASCII), Short.toUnsignedInt(bytes.getShort()));
    }

    private static ByteBuffer read(SocketChannel from, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (from.read(bytes) < 0) {
                throw new EOFException("the test has closed");
            }
        }
        return bytes.flip();
    }

    /** Copies one direction; when it ends, both are closed. The streams of {@code Channels} would let one direction block the other. */
    private static void pump(SocketChannel from, SocketChannel to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES);
        try (from;
                to) {
            while (from.read(bytes) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
                bytes.clear();
            }
        }
    }
}
