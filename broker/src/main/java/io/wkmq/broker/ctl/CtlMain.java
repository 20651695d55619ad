package io.wkmq.broker.ctl;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/**
 * {@code wkctl}: sends its arguments to the node and prints the answer. Uses nothing but the JDK, so that it starts quickly.
 * Exits with 0; with 1 if the command failed or the node is not reachable; with 64 if there is no such command.
 */
public final class CtlMain {
    /** Exceeds the time for which any command sends neither output nor a keep-alive. bin/wkmq sets a lower limit. */
    private static final long SILENCE_MAX_MS = Long.getLong("wkctl.silence_max_ms", 180_000);

    private static final String NODE_OPTION = "--node";

    private final CtlFiles files;
    private final long silenceMaxMs;
    private final OutputStream out;
    private final PrintStream err;

    CtlMain(CtlFiles files, long silenceMaxMs, OutputStream out, PrintStream err) {
        this.files = files;
        this.silenceMaxMs = silenceMaxMs;
        this.out = out;
        this.err = err;
    }

    /** Runs one command and exits. */
    public static void main(String[] args) {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        System.exit(run(List.of(args), System.getenv(), out, System.err));
    }

    /** Runs one command on the node selected by a leading {@code --node} or by the environment. */
    static int run(List<String> arguments, Map<String, String> environment, OutputStream out, PrintStream err) {
        boolean named = !arguments.isEmpty() && arguments.get(0).equals(NODE_OPTION);
        if (named && arguments.size() == 1) {
            err.println("wkctl: " + NODE_OPTION + " stands alone; expected the name of a node");
            return ExitStatus.MISUSED;
        }
        try {
            CtlFiles files = new NodeChoice(environment).choose(named ? arguments.get(1) : null);
            return new CtlMain(files, SILENCE_MAX_MS, out, err)
                    .run(named ? arguments.subList(2, arguments.size()) : arguments);
        } catch (CtlException e) {
            err.println(e.text());
            return ExitStatus.FAILED;
        }
    }

    int run(List<String> words) {
        for (String word : words) {
            if (word.indexOf('\n') >= 0) {
                err.println("wkctl: a word of the command has a line end in it; expected none");
                return ExitStatus.MISUSED;
            }
        }
        SocketChannel node;
        try {
            node = connect();
        } catch (IOException | IllegalArgumentException e) {
            err.println("Node '" + files.node() + "' not responding to pings.");
            err.println("wkctl: nothing listens on " + files.socket() + " (" + e.getMessage()
                    + "); start the node with bin/wkmq start, or set WKMQ_HOME to where it lives");
            return ExitStatus.FAILED;
        }
        try (node) {
            send(node, words);
            return print(node);
        } catch (IOException e) {
            err.println("wkctl: the node on " + files.socket() + " cannot be asked: " + e.getMessage());
            return ExitStatus.FAILED;
        } catch (UncheckedIOException e) {
            return ExitStatus.FAILED; // as in: wkctl clients list | head
        }
    }

    /** Connects, or fails immediately: a full backlog means that the node has been unresponsive for long. */
    private SocketChannel connect() throws IOException {
        SocketChannel node = SocketChannel.open(StandardProtocolFamily.UNIX);
        node.configureBlocking(false);
        if (!node.connect(UnixDomainSocketAddress.of(files.socket()))) {
            throw new IOException("it does not take the connection");
        }
        node.configureBlocking(true);
        return node;
    }

    private void send(SocketChannel node, List<String> words) throws IOException {
        String token;
        try {
            token = Files.readString(files.token()).strip();
        } catch (IOException e) {
            throw new IOException("the token in " + files.token() + " cannot be read (" + e
                    + "); run wkctl as the user who runs the node");
        }
        StringBuilder body = new StringBuilder();
        for (String word : words) {
            body.append(word).append('\n');
        }
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        String head = "POST " + CtlServer.PATH + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                + "\r\nContent-Length: " + bytes.length + "\r\nConnection: close\r\n\r\n";
        write(node, head.getBytes(StandardCharsets.ISO_8859_1));
        write(node, bytes);
    }

    private static void write(SocketChannel node, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            node.write(buffer);
        }
    }

    private int print(SocketChannel node) throws IOException {
        try (InputStream in = new BufferedInputStream(new NodeInput(node))) {
            CtlResponse response = CtlResponse.readHead(in);
            if (!response.ok()) {
                err.print("wkctl: ");
                response.copyRest(err);
                err.flush();
                return ExitStatus.FAILED;
            }
            OutputStream printer = new BufferedOutputStream(new Printer());
            int status = response.copyChunks(printer, CtlServer.EXIT_STATUS);
            printer.flush();
            return status;
        }
    }

    /** Distinguishes failures to print from failures to read. */
    private final class Printer extends OutputStream {
        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw new UncheckedIOException("Nobody reads what is printed", e);
            }
        }
    }

    /** The stream of the node's answer. A read fails after too long a silence. */
    private final class NodeInput extends InputStream {
        private final SocketChannel node;
        private final Selector selector;

        NodeInput(SocketChannel node) throws IOException {
            this.node = node;
            this.selector = Selector.open();
            node.configureBlocking(false);
            node.register(selector, SelectionKey.OP_READ);
        }

        @Override
        public void close() throws IOException {
            selector.close();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            int read = node.read(buffer);
            while (read == 0) {
                if (selector.select(silenceMaxMs) == 0) {
                    throw new IOException("it says nothing for " + silenceMaxMs + " ms");
                }
                selector.selectedKeys().clear();
                read = node.read(buffer);
            }
            return read;
        }
    }
}
