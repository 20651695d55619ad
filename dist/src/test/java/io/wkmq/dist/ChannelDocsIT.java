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
 * The commands of docs/channels.md, word by word, with Mosquitto's clients and curl. Where networks can be made they have one of their
 * own; elsewhere ports 1883 and 8081 have to be free.
 */
@Timeout(300)
class ChannelDocsIT {
    private static final List<Integer> PORTS = List.of(1883, 8081);
    private static final String MARK = "next example";

    /** What is another one each time. */
    private static final Pattern VARYING = Pattern.compile("\"(ts|term)\":(\"[^\"]*\"|\\d+)");

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
        String docs = Files.readString(Path.of("..", "docs", "channels.md"));
        Matcher first = section(docs, "A first channel", "\n+prints\n+```\n(.*?\n)```\n");
        Matcher request = section(docs, "Ask for messages", "\n+prints\n+```\n(.*?\n)```\n");
        Matcher http = section(docs, "HTTP", "()");
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
        String commands = String.join(
                "\necho " + MARK + '\n',
                "bin/wkmq start > /dev/null\n" + first.group(1),
                request.group(1),
                http.group(1).replace("run/", home.resolve("run") + "/"));
        shell.command("timeout", "240", "sh", "-ec", commands)
                .directory(installation.root().toFile());
        Outcome outcome = Installation.run(where.apply(shell));

        assertThat(outcome.status()).as(outcome.toString()).isZero();
        String[] out = outcome.out().split(MARK + '\n', -1);
        assertThat(out).hasSize(3);
        assertThat(out[0]).isEqualTo(first.group(2));
        assertThat(comparable(out[1])).isEqualTo(comparable(request.group(2)));
        String[] answers = out[2].split("\n", -1);
        assertThat(answers[0]).startsWith("{\"name\":\"gate\",\"filter\":\"gate/+\",\"max_age\":604800,");
        assertThat(answers[1]).contains("\"name\":\"plant\"").contains("\"count\":2,\"hasnext\":false");
        assertThat(answers[2]).contains("\"payload\":\"19\"").contains("\"next\":null");
        assertThat(answers[3]).contains("\"message_seq\":1,").contains("\"more\":1,");
        assertThat(answers[4]).as("a channel that was removed").isEmpty();
    }

    /** The commands of a section as group 1. */
    private static Matcher section(String docs, String title, String behind) {
        Matcher found = Pattern.compile("(?s)\n## " + title + "\n.*?\n```sh\n(.*?)\n```" + behind)
                .matcher(docs);
        assertThat(found.find())
                .as("the documentation has the commands of: " + title)
                .isTrue();
        return found;
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
