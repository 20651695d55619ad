package io.wkmq.broker.ctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.broker.config.ManagementConfig;
import io.wkmq.broker.http.HttpLimits;
import io.wkmq.broker.http.ManagementException;
import io.wkmq.broker.http.ManagementLoop;
import io.wkmq.broker.http.ReplyAbandonedException;
import io.wkmq.broker.http.TokenFile;
import io.wkmq.plugins.api.Command.Usage;
import io.wkmq.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class CtlServerTest {
    private static final HttpLimits QUICK =
            new HttpLimits(32, 64 * 1024, Duration.ofSeconds(10), Duration.ofMillis(300));
    private static final HttpLimits PATIENT =
            new HttpLimits(32, 64 * 1024, Duration.ofSeconds(10), Duration.ofMinutes(1));

    @TempDir
    private Path directory;

    private final ManagementLoop loop = ManagementLoop.start();
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong writtenBytes = new AtomicLong();
    private final CompletableFuture<RuntimeException> ended = new CompletableFuture<>();
    private Path socket;
    private Path token;
    private long patienceMs = 60_000;
    private CtlServer server;
    private ByteArrayOutputStream out;
    private ByteArrayOutputStream err;

    @BeforeEach
    void start() {
        socket = directory.resolve("run/wkctl.sock");
        token = directory.resolve("run/wkctl.token");
        server = server(PATIENT);
    }

    @AfterEach
    void stop() {
        released.countDown();
        server.close();
        loop.close();
    }

    private CtlServer server(HttpLimits limits) {
        return server(limits, Duration.ofMinutes(1));
    }

    private CtlServer server(HttpLimits limits, Duration aliveEvery) {
        List<CtlCommand> commands = List.of(
                new TestCommand("echo", (words, answer) -> words.forEach(word -> answer.say('<' + word + '>'))),
                new TestCommand("fail", (words, answer) -> {
                    throw new CtlException("it failed");
                }),
                new TestCommand("wait", (words, answer) -> waitForTheTest()),
                new TestCommand("long", (words, answer) -> {
                    answer.alive();
                    waitForTheTest();
                    answer.say("it is done");
                }),
                new TestCommand("lines", (words, answer) -> lines(Integer.parseInt(words.get(0)), answer)));
        return CtlServer.start(
                new ManagementConfig(null, socket, token),
                TokenFile.loadOrCreate(token, new SecureRandom()),
                loop,
                new CtlCommands(commands, Map::of),
                limits,
                aliveEvery);
    }

    private void waitForTheTest() {
        running.incrementAndGet();
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new ReplyAbandonedException("The node stops");
        }
    }

    private void lines(int count, Answer answer) {
        try {
            for (int i = 0; i < count; i++) {
                String line = "line " + i + " of a long answer";
                answer.row(line, object -> object.field("n", 1));
                writtenBytes.addAndGet(line.length() + 1L);
            }
        } catch (RuntimeException e) {
            ended.complete(e);
            throw e;
        }
    }

    private int wkctl(String... words) {
        out = new ByteArrayOutputStream();
        return wkctl(out, words);
    }

    private int wkctl(OutputStream output, String... words) {
        err = new ByteArrayOutputStream();
        CtlFiles files = new CtlFiles("wkmq@127.0.0.1", socket, token);
        return new CtlMain(files, patienceMs, output, new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(List.of(words));
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Sends a request and returns the connection, from which nothing was read. */
    private SocketChannel send(String request) throws IOException {
        SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        connection.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
        return connection;
    }

    private SocketChannel post(String body) throws IOException {
        return send("POST /command HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                + Files.readString(token).strip() + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static String rest(SocketChannel connection) throws IOException {
        return new String(Channels.newInputStream(connection).readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void wkctlPrintsTheAnswerAndEndsWithItsStatus() {
        assertThat(wkctl("echo", "a b", "", "Grüße 😀", "--", "--json")).isZero();
        assertThat(text(out)).isEqualTo("<a b>\n<>\n<Grüße 😀>\n<--json>\n");
        assertThat(wkctl("fail")).isEqualTo(ExitStatus.FAILED);
        assertThat(text(out)).isEqualTo("it failed\n");
        assertThat(wkctl("unknown")).isEqualTo(ExitStatus.MISUSED);
        assertThat(text(out)).startsWith("Usage: wkctl");
        assertThat(text(err)).isEmpty();
    }

    @Test
    void socketAndTokenAreForTheOwnerAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token)))
                .isEqualTo("rw-------");
        server.close();
        assertThat(socket).doesNotExist();
        assertThat(token).exists();
    }

    @Test
    void wrongTokenIsRefused() throws Exception {
        Files.writeString(token, "0".repeat(64));
        assertThat(wkctl("echo", "x")).isEqualTo(ExitStatus.FAILED);
        assertThat(text(out)).isEmpty();
        assertThat(text(err)).isEqualTo("wkctl: The token is not the node's; expected the one in " + token + "\n");
        for (String header : List.of("", "Authorization: Basic eDp5\r\n", "Authorization: Bearer \r\n")) {
            try (SocketChannel connection =
                    send("POST /command HTTP/1.1\r\nHost: x\r\n" + header + "Content-Length: 4\r\n\r\necho")) {
                assertThat(rest(connection)).startsWith("HTTP/1.1 401 Unauthorized\r\n");
            }
        }
    }

    @Test
    void tokenThatCannotBeReadIsExplained() throws Exception {
        Files.delete(token);
        assertThat(wkctl("echo")).isEqualTo(ExitStatus.FAILED);
        assertThat(text(err)).contains("the token in " + token + " cannot be read", "as the user who runs the node");
    }

    @Test
    void nodeThatDoesNotRunIsSaidInEmqsWords() {
        server.close();
        assertThat(wkctl("status")).isEqualTo(ExitStatus.FAILED);
        assertThat(text(out)).isEmpty();
        assertThat(text(err))
                .startsWith("Node 'wkmq@127.0.0.1' not responding to pings.\nwkctl: nothing listens on " + socket)
                .contains("bin/wkmq start");
    }

    @Test
    void nodeThatHangsIsGivenUp() throws Exception {
        server.close();
        patienceMs = 50;
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel hanging = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            hanging.bind(UnixDomainSocketAddress.of(socket), 1);

            assertThat(wkctl("status")).isEqualTo(ExitStatus.FAILED);
            assertThat(text(err)).contains("it says nothing for 50 ms");

            assertThatThrownBy(() -> {
                        while (true) {
                            SocketChannel another = SocketChannel.open(StandardProtocolFamily.UNIX);
                            waiting.add(another);
                            another.configureBlocking(false);
                            another.connect(UnixDomainSocketAddress.of(socket));
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(wkctl("status")).isEqualTo(ExitStatus.FAILED);
            assertThat(text(err)).startsWith("Node 'wkmq@127.0.0.1' not responding to pings.\n");
        } finally {
            for (SocketChannel another : waiting) {
                another.close();
            }
        }
    }

    @Test
    void wordWithALineEndIsRefused() {
        assertThat(wkctl("echo", "a\nb")).isEqualTo(ExitStatus.MISUSED);
        assertThat(text(err)).isEqualTo("wkctl: a word of the command has a line end in it; expected none\n");
    }

    @Test
    void anyHttpClientCanCommand() throws Exception {
        try (SocketChannel connection = post("echo\nx")) {
            assertThat(rest(connection))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("transfer-encoding: chunked\r\n", "trailer: Wkmq-Exit-Status\r\n", "\r\n4\r\n<x>\n\r\n")
                    .endsWith("\r\n0\r\nWkmq-Exit-Status: 0\r\n\r\n");
        }
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        try (SocketChannel connection = send("GET /command HTTP/1.1\r\nHost: x\r\n\r\n")) {
            assertThat(rest(connection))
                    .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
                    .contains("allow: POST\r\n");
        }
        try (SocketChannel connection = send("POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(rest(connection)).startsWith("HTTP/1.1 404 Not Found\r\n");
        }
    }

    @Test
    void commandOfTooManyWordsOrBytesIsRefused() throws Exception {
        try (SocketChannel connection = post("echo\n".repeat(65))) {
            assertThat(rest(connection))
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .contains("has 65 words");
        }
        try (SocketChannel connection =
                send("POST /command HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 70000\r\n\r\n")) {
            assertThat(rest(connection)).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void lastWordNeedsNoLineEndAndEmptyWordsCount() {
        assertThat(CtlServer.words("")).isEmpty();
        assertThat(CtlServer.words("a")).containsExactly("a");
        assertThat(CtlServer.words("a\n")).containsExactly("a");
        assertThat(CtlServer.words("a\n\n\nb c\n\n")).containsExactly("a", "", "", "b c", "");
    }

    @Test
    void nodeSaysThatACommandStillRunsAndWkctlPrintsNothingOfThat() throws Exception {
        server.close();
        server = server(PATIENT, Duration.ZERO);
        try (SocketChannel connection = post("long")) {
            StringBuilder received = new StringBuilder();
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            while (received.indexOf("\r\n1\r\n\0\r\n") < 0) {
                assertThat(connection.read(buffer.clear())).isPositive();
                received.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
            }
            released.countDown();
            assertThat(rest(connection)).contains("it is done\n").endsWith("Wkmq-Exit-Status: 0\r\n\r\n");
        }
        assertThat(wkctl("long")).isZero();
        assertThat(text(out)).isEqualTo("it is done\n");
    }

    @Test
    void thatACommandStillRunsIsSaidNowAndThenOnly() throws Exception {
        released.countDown();
        try (SocketChannel connection = post("long")) {
            assertThat(rest(connection)).doesNotContain("\0").contains("it is done\n");
        }
    }

    @Test
    void longAnswerArrivesComplete() {
        assertThat(wkctl("lines", "100000")).isZero();
        assertThat(text(out).lines().count()).isEqualTo(100_000);
        assertThat(text(out)).startsWith("line 0 of").endsWith("line 99999 of a long answer\n");
    }

    @Test
    void longAnswerWaitsForItsReaderAndIsNotKeptInMemory() throws Exception {
        try (SocketChannel connection = post("lines\n100000000")) {
            AtomicLong before = new AtomicLong(-1);
            AtomicInteger unchanged = new AtomicInteger();
            Await.until("the writer waits", () -> {
                long now = writtenBytes.get();
                if (now > 0 && before.getAndSet(now) == now) {
                    return unchanged.incrementAndGet() > 100;
                }
                unchanged.set(0);
                return false;
            });
            // What the socket's buffers hold, and less than that of ours.
            long held = writtenBytes.get();
            assertThat(held).isLessThan(4 << 20);
            assertThat(ended).isNotDone();
            long read = 0;
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            while (read < 2 * held) {
                read += connection.read(buffer.clear());
            }
            assertThat(writtenBytes.get()).isGreaterThan(held);
        }
        assertThat(ended.get()).isInstanceOf(ReplyAbandonedException.class);
    }

    @Test
    void readerThatStopsReadingIsCutOff() throws Exception {
        server.close();
        server = server(QUICK);
        try (SocketChannel connection = post("lines\n100000000")) {
            assertThat(ended.get()).isInstanceOf(ReplyAbandonedException.class);
            assertThat(rest(connection)).doesNotContain("Wkmq-Exit-Status: 0");
        }
    }

    @Test
    void answerThatBreaksOffIsNoSuccess() throws Exception {
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> wkctl("wait"));
        Await.until("the command runs", () -> running.get() == 1);
        server.close();
        assertThat(status.get()).isEqualTo(ExitStatus.FAILED);
        assertThat(text(err)).contains("cannot be asked: ");
    }

    @Test
    void closedStandardOutputEndsQuietly() {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        assertThat(wkctl(closed, "lines", "100000")).isEqualTo(ExitStatus.FAILED);
        assertThat(text(err)).isEmpty();
    }

    @Test
    void ninthCommandAtATimeIsRefused() throws Exception {
        List<SocketChannel> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                connections.add(post("wait"));
            }
            Await.until("all run", () -> running.get() == 8);
            assertThat(wkctl("echo", "x")).isEqualTo(ExitStatus.FAILED);
            assertThat(text(err)).contains("8 commands are running; expected less, try again later");
            released.countDown();
            for (SocketChannel connection : connections) {
                assertThat(rest(connection)).endsWith("Wkmq-Exit-Status: 0\r\n\r\n");
            }
            Await.until("there is room again", () -> wkctl("echo", "x") == 0);
        } finally {
            for (SocketChannel connection : connections) {
                connection.close();
            }
        }
    }

    @Test
    void socketOfADeadProcessIsReplaced() throws Exception {
        server.close();
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        server = server(PATIENT);
        assertThat(wkctl("echo")).isZero();
    }

    @Test
    void socketInUseAndOtherFilesAreLeftAlone() throws Exception {
        assertThatThrownBy(() -> server(PATIENT))
                .isInstanceOf(ManagementException.class)
                .hasMessage("management.socket = " + socket
                        + ": another process listens there, stop it or choose another path");
        assertThat(wkctl("echo")).isZero();
        server.close();
        Files.writeString(socket, "precious");
        assertThatThrownBy(() -> server(PATIENT))
                .isInstanceOf(ManagementException.class)
                .hasMessage("management.socket = " + socket + ": exists and is no socket, choose another path");
        assertThat(socket).hasContent("precious");
    }

    @Test
    void somethingElseThanANodeIsNotBelieved() throws Exception {
        server.close();
        for (String nonsense : List.of("", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\n\r\nnonsense\r\n")) {
            try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                other.bind(UnixDomainSocketAddress.of(socket));
                CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> wkctl("echo"));
                try (SocketChannel accepted = other.accept()) {
                    accepted.read(ByteBuffer.allocate(4096));
                    accepted.write(ByteBuffer.wrap(nonsense.getBytes(StandardCharsets.UTF_8)));
                }
                assertThat(status.get()).as(nonsense).isEqualTo(ExitStatus.FAILED);
                assertThat(text(err)).as(nonsense).contains("cannot be asked: ");
            }
            Files.delete(socket);
        }
    }

    private interface Body {
        void run(List<String> words, Answer answer) throws CtlException;
    }

    private record TestCommand(String name, Body body) implements CtlCommand {
        @Override
        public List<Usage> usages() {
            return List.of(new Usage(name, "A command of the test"));
        }

        @Override
        public void run(List<String> arguments, Answer answer) throws CtlException {
            body.run(arguments, answer);
        }
    }
}
