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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of docs/channels.md verbatim, with Mosquitto's clients and curl: in a separate network where networks can be created;
 * elsewhere ports 1883 and 8081 must be free.
 */
@Timeout(450)
class ChannelDocsIT {
    private static final List<Integer> PORTS = List.of(1883, 8081);
    private static final String MARK = "next example";

    /** Commands, and what they print if that is said. */
    private static final Pattern EXAMPLE =
            Pattern.compile("(?s)\n```sh\n((?:(?!```).)*)\n```\n(?:\nprints[^\n]*\n\n```\n((?:(?!```).)*)```\n)?");

    /** What is another one each time. */
    private static final Pattern VARYING =
            Pattern.compile("(\"(?:ts|term|bytes)\":|wk-ts:|used_at=)(?:\"[^\"]*\"|[-0-9T:.Z]+)");

    private record Example(
            String title, String commands, @Nullable String output) {}

    private final Installation installation = Installation.built();

    @Test
    void theCommandsDoWhatTheDocumentationSays(@TempDir Path home) throws IOException {
        assumeTrue(
                List.of("mosquitto_pub", "mosquitto_sub", "mosquitto_rr", "curl").stream()
                        .allMatch(ChannelDocsIT::installed),
                "Mosquitto's clients or curl are not installed");
        try {
            if (LabNetwork.obstacle().isEmpty()) {
                try (LabNetwork network = new LabNetwork()) {
                    runTheCommands(home, network.add()::on);
                }
            } else {
                assumeTrue(
                        PORTS.stream().allMatch(ChannelDocsIT::free), () -> "one of the ports " + PORTS + " is in use");
                runTheCommands(home, command -> command);
            }
        } finally {
            kill(home);
        }
    }

    private void runTheCommands(Path home, UnaryOperator<ProcessBuilder> where) throws IOException {
        List<Example> examples = examples(Files.readString(Path.of("..", "docs", "channels.md")));
        ProcessBuilder shell = installation.command(
                Map.of(
                        "WKMQ_HOME", home.toString(),
                        "WKMQ_HEAP", "128m",
                        "WKMQ_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                        "WKMQ_START_TIMEOUT", "120", // the machine may be slow
                        "WKMQ_PING_TIMEOUT", "60",
                        "WKMQ_LISTENER__WS__EXTERNAL", "off",
                        "WKMQ_CLUSTER__DISCOVERY", "singleton"),
                "wkmq");
        String commands = examples.stream()
                .map(example -> example.commands.replace(" run/", " " + home.resolve("run") + "/"))
                .collect(Collectors.joining("\necho " + MARK + '\n'));
        shell.command("timeout", "400", "sh", "-ec", "bin/wkmq start > /dev/null\n" + commands)
                .directory(installation.root().toFile());
        Outcome outcome = Installation.run(where.apply(shell));

        assertThat(outcome.status()).as(outcome.toString()).isZero();
        List<String> out = List.of(outcome.out().split(MARK + '\n', -1));
        assertThat(out).hasSameSizeAs(examples);
        for (int i = 0; i < examples.size(); i++) {
            Example example = examples.get(i);
            if (example.output != null) {
                assertThat(comparable(out.get(i))).as(example.commands).isEqualTo(comparable(example.output));
            }
        }
        assertThat(out.get(0)).as("the first channel").startsWith("ok\n$ch/plant/plant/7/temp 21.5\n");
        assertThat(examples)
                .as("what there is an example of")
                .extracting(Example::title)
                .containsExactly(
                        "A first channel",
                        "Declare",
                        "Replay",
                        "Cursors",
                        "Groups",
                        "Dead letters",
                        "As with EMQX",
                        "Ask for messages",
                        "What a channel has",
                        "HTTP");
        assertAnswers(out.get(examples.size() - 1).split("\n", -1));
    }

    private static void assertAnswers(String[] answers) {
        assertThat(answers[0]).startsWith("{\"name\":\"gate\",\"filter\":\"gate/+\",\"max_age\":604800,");
        assertThat(answers[1]).contains("\"name\":\"jobs\"").contains("\"count\":3,\"hasnext\":true");
        assertThat(answers[2]).contains("\"payload\":\"19\"").contains("\"next\":null");
        assertThat(answers[3]).contains("\"message_seq\":1,").contains("\"more\":1,");
        assertThat(answers[4]).as("a channel that was removed").isEmpty();
    }

    /** All blocks that are for a shell, in their order. */
    private static List<Example> examples(String docs) {
        return EXAMPLE.matcher(docs)
                .results()
                .map(found -> new Example(titleOf(docs.substring(0, found.start())), found.group(1), found.group(2)))
                .toList();
    }

    private static String titleOf(String before) {
        String line = before.substring(before.lastIndexOf("\n#") + 1);
        return line.substring(0, line.indexOf('\n')).replaceFirst("^#+ ", "");
    }

    private static String comparable(String text) {
        return VARYING.matcher(text).replaceAll("$1");
    }

    private static boolean installed(String program) {
        return Installation.run(new ProcessBuilder("sh", "-c", "command -v " + program))
                        .status()
                == 0;
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
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
