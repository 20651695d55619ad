package io.wkmq.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.testing.net.LabNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first channel of docs/channels.md, word by word, with Mosquitto's clients. Where networks can be made it has one of its own;
 * elsewhere port 1883 has to be free.
 */
@Timeout(300)
class ChannelDocsIT {
    private static final int PORT = 1883;
    private static final Pattern EXAMPLE =
            Pattern.compile("(?s)\n## A first channel\n.*?\n```sh\n(.*?\n)```\n+prints\n+```\n(.*?\n)```\n");

    private final Installation installation = Installation.built();

    @Test
    void theFirstChannelIsAsTheDocumentationSays(@TempDir Path home) throws IOException {
        assumeTrue(
                List.of("mosquitto_pub", "mosquitto_sub").stream().allMatch(ChannelDocsIT::installed),
                "Mosquitto's clients are not installed");
        try {
            if (LabNetwork.obstacle().isEmpty()) {
                try (LabNetwork network = new LabNetwork()) {
                    runTheCommands(home, network.add()::on);
                }
            } else {
                assumeTrue(free(), () -> "port " + PORT + " is in use");
                runTheCommands(home, command -> command);
            }
        } finally {
            kill(home);
        }
    }

    private void runTheCommands(Path home, UnaryOperator<ProcessBuilder> where) throws IOException {
        Matcher docs = EXAMPLE.matcher(Files.readString(Path.of("..", "docs", "channels.md")));
        assertThat(docs.find()).as("the documentation has the commands").isTrue();
        ProcessBuilder shell = installation.command(
                Map.of(
                        "WKMQ_HOME", home.toString(),
                        "WKMQ_HEAP", "128m",
                        "WKMQ_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                        "WKMQ_START_TIMEOUT", "120", // the machine may be slow
                        "WKMQ_PING_TIMEOUT", "60",
                        "WKMQ_LISTENER__WS__EXTERNAL", "off",
                        "WKMQ_MANAGEMENT__LISTEN", "127.0.0.1:0",
                        "WKMQ_CLUSTER__DISCOVERY", "singleton"),
                "wkmq");
        shell.command("timeout", "240", "sh", "-ec", "bin/wkmq start > /dev/null\n" + docs.group(1))
                .directory(installation.root().toFile());
        Outcome outcome = Installation.run(where.apply(shell));

        assertThat(outcome.status()).as(outcome.toString()).isZero();
        assertThat(outcome.out()).isEqualTo(docs.group(2));
    }

    private static boolean installed(String program) {
        return Installation.run(new ProcessBuilder("sh", "-c", "command -v " + program))
                        .status()
                == 0;
    }

    private static boolean free() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void kill(Path home) throws IOException {
        Path pidFile = home.resolve("run/wkmq.pid");
        if (Files.exists(pidFile)) {
            ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()))
                    .ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
