package io.wkmq.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests running nodes: how they start, what they print, how they stop. */
@Timeout(180)
class NodeLifecycleIT {
    private final Installation installation = Installation.built();

    @Test
    void inTheForegroundItSaysWhenItTakesClientsAndEndsOnSigterm(@TempDir Path dir) throws Exception {
        try (Node node = new Node(installation, dir)) {
            List<String> lines = node.foreground();

            String running = lines.get(lines.size() - 1);
            assertThat(running).startsWith("wkmq ").contains(" is running: ", "tcp 127.0.0.1:", "ws 127.0.0.1:");
            assertTakesConnections(Node.tcpPort(running));

            long before = System.nanoTime();
            node.terminate();

            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
            assertThat(node.path("run/wkmq.pid")).doesNotExist();
            assertThat(node.path("run/wkmq.status")).doesNotExist();
        }
    }

    @Test
    void itStartsInTheBackgroundAndStops(@TempDir Path dir) throws Exception {
        try (Node node = new Node(installation, dir).with("WKMQ_NODE__NAME", "blue@127.0.0.1")) {
            Outcome started = node.wkmq("start");

            assertThat(started.status()).as(started.err()).isZero();
            assertTakesConnections(Node.tcpPort(started.out().strip()));
            assertThat(node.wkmq("status").status()).isZero();
            assertThat(node.wkmq("status").outLines())
                    .hasSize(2)
                    .startsWith("Node 'blue@127.0.0.1' is started")
                    .last()
                    .asString()
                    .matches("wkmq \\S+ is running");
            assertThat(node.wkmq("ping")).isEqualTo(new Outcome(0, "pong\n", ""));
            String pid = node.wkmq("pid").out().strip();
            assertThat(ProcessHandle.of(Long.parseLong(pid))).isPresent();
            assertThat(node.wkmq("start"))
                    .isEqualTo(new Outcome(1, "", "wkmq: already running in " + dir + " (pid " + pid + ")\n"));

            assertThat(node.wkmq("stop")).isEqualTo(new Outcome(0, "ok\n", ""));

            assertThat(node.wkmq("status").status()).isEqualTo(1);
            assertThat(ProcessHandle.of(Long.parseLong(pid))
                            .flatMap(process -> process.info().command()))
                    .as("what runs in the process; one that ended may still wait to be reaped")
                    .isEmpty();
        }
    }

    @Test
    void aNodeThatHangsIsNotTakenForAHealthyOne(@TempDir Path dir) throws Exception {
        try (Node node = new Node(installation, dir)) {
            assertThat(node.wkmq("start").status()).isZero();
            String pid = node.wkmq("pid").out().strip();
            assertThat(node.with("WKMQ_PING_TIMEOUT", "0").wkmq("ping").err())
                    .contains("WKMQ_PING_TIMEOUT is '0'; expected whole seconds, 1 to 99999");
            node.with("WKMQ_PING_TIMEOUT", "1");

            signal("STOP", pid);

            Outcome ping = node.wkmq("ping");
            assertThat(ping.status()).isEqualTo(1);
            assertThat(ping.out()).isEmpty();
            assertThat(ping.err()).startsWith("wkmq: the node in " + dir + " does not answer (pid " + pid + "): ");
            Outcome status = node.wkmq("status");
            assertThat(status.status()).isEqualTo(1);
            assertThat(status.out())
                    .startsWith("wkmq does not answer (pid " + pid + "); see " + dir + "/log\n")
                    .contains("it says nothing for 1000 ms");

            signal("CONT", pid);
            assertThat(node.with("WKMQ_PING_TIMEOUT", "60").wkmq("ping")).isEqualTo(new Outcome(0, "pong\n", ""));
            assertThat(node.wkmq("status").status()).isZero();
        }
    }

    private static void signal(String name, String pid) {
        assertThat(Installation.run(new ProcessBuilder("kill", "-" + name, pid)).status())
                .isZero();
    }

    @Test
    void namesThatAreNotAsciiArriveInAnyLocale(@TempDir Path dir) throws Exception {
        Path home = dir.resolve("h");
        try (Node node = new Node(installation, home).with("LC_ALL", "C")) {
            int port = Node.tcpPort(node.wkmq("start").out().strip());
            try (MqttProbe client = MqttProbe.open("127.0.0.1", port, MqttVersion.V5)) {
                client.connect("zähler");

                Outcome shown = node.inShell("\"$bin/wkctl\" clients show \"$(printf 'z\\303\\244hler')\"");

                assertThat(shown.out()).as(shown.err()).startsWith("Client(zähler, ");
            }
        }
    }

    @Test
    void aRestartIsAnotherProcess(@TempDir Path dir) throws Exception {
        try (Node node = new Node(installation, dir)) {
            assertThat(node.wkmq("restart").status())
                    .as("starts what does not run")
                    .isZero();
            String first = node.wkmq("pid").out();

            assertThat(node.wkmq("restart").status()).isZero();

            assertThat(node.wkmq("pid").out()).isNotEqualTo(first);
            assertThat(node.wkmq("ping").status()).isZero();
        }
    }

    @Test
    void itStartsAgainAfterItWasKilled(@TempDir Path dir) throws Exception {
        try (Node node = new Node(installation, dir)) {
            assertThat(node.wkmq("start").status()).isZero();
            ProcessHandle process = ProcessHandle.of(
                            Long.parseLong(node.wkmq("pid").out().strip()))
                    .orElseThrow();
            process.destroyForcibly();
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (process.info().command().isPresent()) {
                assertThat(System.nanoTime()).as("the process is still there").isLessThan(deadline);
                Thread.onSpinWait();
            }

            assertThat(node.wkmq("status").status()).isEqualTo(1);
            assertThat(node.wkmq("start").status()).isZero();
        }
    }

    @Test
    void theClassesOfARunAreThereForTheNextOneUnlessTheyAreDamaged(@TempDir Path dir) throws Exception {
        Path loaded = dir.resolve("loaded");
        try (Node node = new Node(installation, dir)
                .with("WKMQ_JAVA_OPTS", "-Xlog:class+load=info:file=" + loaded + "::filesize=0")) {
            assertThat(readyClasses(node, loaded)).as("loaded ready-made").isFalse();
            Path kept = keptClasses(node);
            assertThat(kept.toString()).endsWith("-" + Files.size(kept) + ".jsa");

            assertThat(readyClasses(node, loaded)).as("loaded ready-made").isTrue();
            assertThat(keptClasses(node)).isEqualTo(kept);

            try (FileChannel file = FileChannel.open(kept, StandardOpenOption.WRITE)) {
                file.truncate(Files.size(kept) / 2);
            }
            assertThat(readyClasses(node, loaded)).as("loaded ready-made").isFalse();

            try (FileChannel file = FileChannel.open(keptClasses(node), StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.allocate(1 << 20), file.size() / 2);
            }
            assertThat(readyClasses(node, loaded)).as("loaded ready-made").isFalse();
        }
    }

    /** Starts and stops the node; whether its classes were there already. It says nothing of that. */
    private static boolean readyClasses(Node node, Path loaded) throws IOException {
        assertThat(node.wkmq("start").status()).isZero();
        assertThat(node.wkmq("stop").status()).isZero();
        assertThat(Files.readAllLines(node.path("log/wkmq.out"))).hasSize(1);
        try (Stream<String> lines = Files.lines(loaded)) {
            return lines.anyMatch(line -> line.contains("io.wkmq.") && line.contains("shared objects file"));
        }
    }

    private static Path keptClasses(Node node) throws IOException {
        try (Stream<Path> files = Files.list(node.path("run"))) {
            List<Path> kept = files.filter(file -> file.getFileName().toString().startsWith("classes-"))
                    .toList();
            assertThat(kept).hasSize(1);
            return kept.get(0);
        }
    }

    @Test
    void aPortThatIsTakenIsOneLine(@TempDir Path dir) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Node node = new Node(installation, dir)
                        .with("WKMQ_LISTENER__TCP__EXTERNAL", "127.0.0.1:" + taken.getLocalPort())
                        .with("WKMQ_LOG__CONSOLE", "off")) {
            for (String command : List.of("foreground", "start")) {
                Outcome outcome = node.wkmq(command);

                assertThat(outcome.status()).isEqualTo(1);
                assertThat(outcome.errLines())
                        .singleElement()
                        .asString()
                        .startsWith("wkmq: not started, listener.tcp.external")
                        .contains("127.0.0.1:" + taken.getLocalPort());
            }
            assertThat(node.wkmq("status").status()).isEqualTo(1);
        }
    }

    @Test
    void nodesRunSideBySideFromOneDistribution(@TempDir Path one, @TempDir Path two) throws Exception {
        try (Node first = new Node(installation, one);
                Node second = new Node(installation, two)) {
            int firstPort = Node.tcpPort(first.wkmq("start").out().strip());
            int secondPort = Node.tcpPort(second.wkmq("start").out().strip());

            assertThat(firstPort).isNotEqualTo(secondPort);
            assertTakesConnections(firstPort);
            assertTakesConnections(secondPort);

            assertThat(first.wkmq("stop").out()).isEqualTo("ok\n");
            assertThat(second.wkmq("ping").out()).isEqualTo("pong\n");
        }
    }

    @Test
    void wkctlTellsNodesOfOneHomeApart(@TempDir Path home) throws Exception {
        try (Node first = new Node(installation, home).with("WKMQ_NODE__NAME", "first@127.0.0.1");
                Node second = new Node(installation, home)
                        .with("WKMQ_NODE__NAME", "second@127.0.0.1")
                        .with("WKMQ_NODE__DATA_DIR", "data2")) {
            first.foreground();
            second.foregroundBesideAnother();

            assertThat(first.wkctl("status").out()).startsWith("Node 'first@127.0.0.1' is started\n");
            assertThat(second.wkctl("status").out()).startsWith("Node 'second@127.0.0.1' is started\n");
            Map<String, String> neither = Map.of("WKMQ_HOME", home.toString());
            assertThat(installation
                            .run(neither, "wkctl", "--node", "second", "status")
                            .out())
                    .startsWith("Node 'second@127.0.0.1' is started\n");
            Outcome ambiguous = installation.run(neither, "wkctl", "status");
            assertThat(ambiguous.status()).isEqualTo(1);
            assertThat(ambiguous.err())
                    .startsWith("wkctl: several nodes run in " + home + ": ")
                    .contains("first@127.0.0.1 (pid ", "second@127.0.0.1 (pid ", "; say which one with --node <Name>");

            second.kill();
            assertThat(installation.run(neither, "wkctl", "status").out())
                    .startsWith("Node 'first@127.0.0.1' is started\n");
            Outcome gone = second.wkctl("status");
            assertThat(gone.status()).isEqualTo(1);
            assertThat(gone.errLines()).startsWith("Node 'second@127.0.0.1' not responding to pings.");
        }
    }

    @Test
    void aFreshHomeGetsTheShippedConfigurationAndKeepsItsOwn(@TempDir Path dir) throws Exception {
        try (Node node = new Node(installation, dir).file("etc/cluster.conf", "cluster.name = mine")) {
            assertThat(node.wkmq("start").status()).isZero();

            assertThat(node.path("etc/wkmq.conf"))
                    .hasSameTextualContentAs(installation.root().resolve("etc/wkmq.conf"));
            assertThat(node.path("etc/cluster.conf")).hasContent("cluster.name = mine");
        }
    }

    @Test
    void theLogIsAFileAlsoInJson(@TempDir Path dir) throws Exception {
        try (Node node =
                new Node(installation, dir).with("WKMQ_LOG__FORMAT", "json").with("WKMQ_NODE_NAME", "a hint follows")) {
            assertThat(node.wkmq("start").status()).isZero();
            assertThat(node.wkmq("stop").status()).isZero();

            assertThat(Files.readAllLines(node.path("log/wkmq.log")))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"))
                    .anyMatch(line -> line.contains("WKMQ_NODE__NAME for node.name"));
            assertThat(Files.readString(node.path("log/wkmq.out")))
                    .as("the log itself is not there a second time")
                    .doesNotContain("{");
        }
    }

    private static void assertTakesConnections(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(socket.isConnected()).isTrue();
        }
    }
}
