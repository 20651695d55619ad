package io.wkmq.dist.lab;

import io.wkmq.dist.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Sends a node the requests of {@code bin/wkctl}, without starting a Java process for each. */
record Ctl(Path socket, Path token) {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /**
     * Runs a command.
     *
     * @throws IOException if the node does not answer
     */
    Outcome run(String... words) throws IOException {
        String body = String.join("\n", words);
        String request = "POST /command HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer "
                + Files.readString(token).strip() + "\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
        return outcome(exchange(request.getBytes(StandardCharsets.UTF_8)));
    }

    /** The server closes the connection behind its answer. */
    private String exchange(byte[] request) throws IOException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                Selector selector = Selector.open()) {
            channel.write(ByteBuffer.wrap(request)); // some hundred bytes: the socket takes them at once
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
            while (channel.read(bytes) >= 0) {
                answer.write(bytes.array(), 0, bytes.position());
                bytes.clear();
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new IOException("No answer within " + LIMIT + ", only '" + answer + "'");
                }
                selector.select(left);
                selector.selectedKeys().clear();
            }
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    private static Outcome outcome(String answer) throws IOException {
        int head = answer.indexOf("\r\n\r\n");
        if (!answer.startsWith("HTTP/1.1 200 ") || head < 0) {
            throw new IOException("The node answers '" + answer + "'");
        }
        byte[] rest = answer.substring(head + 4).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int at = 0;
        while (true) {
            int line = at;
            while (rest[line] != '\r') {
                line++;
            }
            int size = Integer.parseInt(new String(rest, at, line - at, StandardCharsets.UTF_8), 16);
            if (size == 0) {
                String trailer = new String(rest, line + 2, rest.length - line - 2, StandardCharsets.UTF_8);
                int status = Integer.parseInt(
                        trailer.substring(trailer.indexOf(':') + 1).strip());
                // A byte 0 says that the command still runs.
                return new Outcome(status, text.toString(StandardCharsets.UTF_8).replace("\0", ""), "");
            }
            text.write(rest, line + 2, size);
            at = line + 2 + size + 2;
        }
    }
}
