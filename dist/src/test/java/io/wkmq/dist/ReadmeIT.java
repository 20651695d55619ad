package io.wkmq.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.net.Doorway;
import io.wkmq.testing.net.Host;
import io.wkmq.testing.net.LabNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds the README's cluster on one host, verbatim except for the directory of the nodes' homes: in a separate network where networks can
 * be created; elsewhere its ports must be free.
 */
@Timeout(300)
class ReadmeIT {
    private static final String HOMES = "/tmp/wkmq-n";
    private static final List<Integer> NODES = List.of(1, 2, 3);
    private static final List<Integer> PORTS = List.of(2881, 2882, 2883, 6369, 6370, 6371, 6377, 6378, 6379);
    private static final Pattern CLUSTER =
            Pattern.compile("(?s)\n## Three nodes in five commands\n+```sh\n(.*?\n)```\n+prints `([^`]*)`");

    private final Installation installation = Installation.built();

    @Test
    void threeNodesAreAClusterAfterFiveCommands(@TempDir Path homes) throws IOException {
        try {
            if (LabNetwork.obstacle().isEmpty()) {
                inANetworkOfItsOwn(homes);
            } else {
                assumeTrue(PORTS.stream().allMatch(ReadmeIT::free), () -> "one of the ports " + PORTS + " is in use");
                runTheCommands(homes, command -> command);
                messagesGoFromNodeToNode(port -> MqttProbe.open("127.0.0.1", port, MqttVersion.V5));
            }
        } finally {
            kill(homes);
        }
    }

    private void inANetworkOfItsOwn(Path homes) throws IOException {
        try (LabNetwork network = new LabNetwork()) {
            Host host = network.add();
            runTheCommands(homes, host::on);
            try (Doorway door = Doorway.on(host)) {
                messagesGoFromNodeToNode(port -> open(door, port));
            }
        }
    }

    private static MqttProbe open(Doorway door, int port) {
        try {
            return MqttProbe.over(door.open("127.0.0.1", port), MqttVersion.V5);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void runTheCommands(Path homes, UnaryOperator<ProcessBuilder> where) throws IOException {
        Matcher readme = CLUSTER.matcher(Files.readString(Path.of("..", "README.md")));
        assertThat(readme.find()).as("the README has the commands").isTrue();
        String commands = readme.group(1);
        assertThat(commands.lines()).hasSize(5);
        assertThat(commands).contains(HOMES);
        ProcessBuilder shell = installation.command(
                Map.of(
                        "WKMQ_HEAP", "128m",
                        "WKMQ_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                        "WKMQ_START_TIMEOUT", "120", // the machine may be slow
                        "WKMQ_CLUSTER__SUBACK__WAIT", "1m"),
                "wkmq");
        shell.command("sh", "-ec", commands.replace(HOMES, homes.resolve("n").toString()))
                .directory(installation.root().toFile());
        Outcome outcome = Installation.run(where.apply(shell));

        assertThat(outcome.status()).as(outcome.toString()).isZero();
        assertThat(outcome.outLines()).last().isEqualTo(readme.group(2));
    }

    private static void messagesGoFromNodeToNode(IntFunction<MqttProbe> open) {
        try (MqttProbe subscriber = open.apply(2881);
                MqttProbe publisher = open.apply(2883)) {
            subscriber.connect("subscriber");
            publisher.connect("publisher");
            subscriber.subscribe("plant/#", 0);
            publisher.publish("plant/7", "on", 0);
            subscriber.receive("plant/7", "on");
        }
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void kill(Path homes) throws IOException {
        for (int node : NODES) {
            Path pidFile = homes.resolve("n" + node).resolve("run/wkmq.pid");
            if (Files.exists(pidFile)) {
                ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()))
                        .ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }
}
