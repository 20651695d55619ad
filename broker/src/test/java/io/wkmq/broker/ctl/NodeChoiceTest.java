package io.wkmq.broker.ctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the field
class NodeChoiceTest {
    private static final long THIS_PROCESS = ProcessHandle.current().pid();

    @TempDir
    private Path home;

    private final List<ServerSocketChannel> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (ServerSocketChannel socket : sockets) {
            socket.close();
        }
    }

    @Test
    void theOnlyNodeThatRunsIsMeant() throws Exception {
        RunningNode only = running("a@host", 1, "data");

        assertThat(choose(null, Map.of())).isEqualTo(new CtlFiles("a@host", only.socket(), only.token()));
        assertThat(choose("a@host", Map.of()).socket()).isEqualTo(only.socket());
        assertThat(choose("a", Map.of()).socket()).isEqualTo(only.socket());
    }

    @Test
    void ofSeveralTheOneThatIsNamedIsMeant() throws Exception {
        running("a@host", 1, "data");
        RunningNode second = running("ab@host", 2, "data2");

        assertThat(choose("ab@host", Map.of()).socket()).isEqualTo(second.socket());
        assertThat(choose("ab", Map.of("WKMQ_NODE__NAME", "a@host")).socket())
                .as("the option wins")
                .isEqualTo(second.socket());
        assertThat(choose(null, Map.of("WKMQ_NODE__NAME", "ab@host")).socket()).isEqualTo(second.socket());
        assertThat(choose(null, Map.of("EMQ_NODE_NAME", "ab@host")).socket()).isEqualTo(second.socket());
    }

    @Test
    void namesThatAreTheSameAreToldApartByTheirData() throws Exception {
        running("a@host", 1, "data");
        RunningNode second = running("a@host", 2, "data2");

        assertThat(choose(null, Map.of("WKMQ_NODE__DATA_DIR", "data2")).socket())
                .isEqualTo(second.socket());
        assertThat(choose(null, Map.of("WKMQ_NODE__DATA_DIR", "data/../data2", "WKMQ_NODE__NAME", "a@host"))
                        .socket())
                .isEqualTo(second.socket());
    }

    @Test
    void severalThatFitAreNamed() throws Exception {
        running("a@host", 1, "data");
        running("b@host", 2, "data2");

        assertThatThrownBy(() -> choose(null, Map.of()))
                .isInstanceOf(CtlException.class)
                .hasMessage("wkctl: several nodes run in " + home + ": a@host (pid 1, data in " + home
                        + "/data), b@host (pid 2, data in " + home
                        + "/data2); say which one with --node <Name>, WKMQ_NODE__NAME or WKMQ_NODE__DATA_DIR");
    }

    @Test
    void anotherNodeThanTheNamedOneIsNeverAsked() throws Exception {
        running("a@host", 1, "data");

        for (Map<String, String> environment :
                List.of(Map.of("WKMQ_NODE__NAME", "c@host"), Map.of("WKMQ_NODE__DATA_DIR", "data3"))) {
            assertThatThrownBy(() -> choose(null, environment))
                    .isInstanceOf(CtlException.class)
                    .hasMessageContaining("runs only a@host (pid 1, data in " + home + "/data)");
        }
        assertThatThrownBy(() -> choose("c", Map.of())).hasMessageStartingWith("Node 'c' not responding to pings.\n");
    }

    @Test
    void whatAKilledNodeLeftIsNotANode() throws Exception {
        running("a@host", 1, "data");
        node("b@host", THIS_PROCESS, "data2").register(home.resolve("run"));

        assertThat(choose(null, Map.of()).node()).isEqualTo("a@host");
    }

    @Test
    void aFileThatCannotBeReadHidesNoOtherNode() throws Exception {
        running("a@host", 5, "data");
        Path nodes = home.resolve("run/nodes");
        Files.write(nodes.resolve("1"), new byte[] {(byte) 0xFF});
        Files.writeString(nodes.resolve("2"), "name=b@host\ndata=/b\nsocket=/b\0\ntoken=/b\n");
        Files.createDirectory(nodes.resolve("3"));

        assertThat(choose(null, Map.of()).node()).isEqualTo("a@host");
    }

    @Test
    void whatDeadNodesLeftIsRemovedWhenTheNextOneComes() throws Exception {
        Path run = home.resolve("run");
        node("dead@host", 999_999_999, "data").register(run);
        Files.writeString(run.resolve("nodes/garbage"), "not a node");
        Files.writeString(run.resolve("nodes/7"), "name=half\n");

        node("next@host", THIS_PROCESS, "data").register(run);

        assertThat(RunningNode.in(run)).extracting(RunningNode::name).containsExactly("next@host");
    }

    @Test
    void theSocketOfTheEnvironmentWins() throws Exception {
        running("a@host", 1, "data");
        running("b@host", 2, "data2");

        assertThat(choose(null, Map.of("WKMQ_MANAGEMENT__SOCKET", "/else/where")))
                .extracting(CtlFiles::socket)
                .isEqualTo(Path.of("/else/where"));
    }

    @Test
    void withoutANodeTheConfigurationSaysWhereOneWouldBe() throws Exception {
        assertThat(choose(null, Map.of("WKMQ_NODE__NAME", "c@host")))
                .isEqualTo(new CtlFiles("c@host", home.resolve("run/wkctl.sock"), home.resolve("run/wkctl.token")));
    }

    @Test
    void anErrorIsPrintedAndTheStatusSaysSo() throws Exception {
        running("a@host", 1, "data");

        assertThat(wkctl("--node", "b", "status"))
                .isEqualTo("1 Node 'b' not responding to pings.\nwkctl: in " + home
                        + " runs only a@host (pid 1, data in " + home
                        + "/data); start it with bin/wkmq start, or set WKMQ_HOME to where it lives\n");
        assertThat(wkctl("--node")).startsWith("64 wkctl: --node stands alone");
    }

    private String wkctl(String... words) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = CtlMain.run(
                List.of(words),
                Map.of("WKMQ_HOME", home.toString()),
                new ByteArrayOutputStream(),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return status + " " + err.toString(StandardCharsets.UTF_8);
    }

    private CtlFiles choose(@Nullable String wanted, Map<String, String> settings) throws CtlException {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("WKMQ_HOME", home.toString());
        return new NodeChoice(environment).choose(wanted);
    }

    /** A node whose socket answers. Its process need not be there to be asked. */
    private RunningNode running(String name, long pid, String data) throws IOException {
        RunningNode node = node(name, pid, data);
        Files.createDirectories(node.dataDir());
        ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        sockets.add(socket);
        socket.bind(UnixDomainSocketAddress.of(node.socket()));
        Path nodes = Files.createDirectories(home.resolve("run/nodes"));
        Files.writeString(
                nodes.resolve(Long.toString(pid)),
                "name=" + name + "\ndata=" + node.dataDir() + "\nsocket=" + node.socket() + "\ntoken=" + node.token()
                        + "\n");
        return node;
    }

    private RunningNode node(String name, long pid, String data) {
        return new RunningNode(
                name,
                pid,
                home.resolve(data),
                home.resolve("s" + pid),
                home.resolve(data).resolve("token"));
    }
}
