package io.wkmq.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests what {@code bin/wkmq} prints when there is no node to run. */
@Timeout(120)
class LauncherIT {
    private final Installation installation = Installation.built();

    @Test
    void allErrorsOfTheConfigurationAreToldWithTheirPlace(@TempDir Path dir) throws IOException {
        try (Node node = new Node(installation, dir)
                .file("etc/wkmq.conf", "node.name = wkmq", "mqtt.max_packetsize = 64KB", "", "log.level = loud")
                .file("etc/cluster.conf", "cluster.discovery = zeroconf")
                .with("WKMQ_MQTT__MAX_TOPIC_LEVELS", "many")) {
            for (String command : List.of("foreground", "start")) {
                Outcome outcome = node.wkmq(command);

                assertThat(outcome.status()).isEqualTo(78);
                assertThat(outcome.out()).isEmpty();
                assertThat(outcome.errLines())
                        .contains("wkmq: not started, 5 errors in the configuration:")
                        .anyMatch(line -> line.contains(node.path("etc/wkmq.conf") + ":1: node.name = wkmq: "))
                        .anyMatch(line -> line.contains(node.path("etc/wkmq.conf")
                                + ":2: mqtt.max_packetsize = 64KB: unknown key; nearest is mqtt.max_packet_size"))
                        .anyMatch(line -> line.contains(node.path("etc/wkmq.conf") + ":4: log.level = loud: expected"))
                        .anyMatch(line -> line.contains(node.path("etc/cluster.conf")
                                + ":1: cluster.discovery = zeroconf: expected one of manual"))
                        .anyMatch(line -> line.contains(
                                "environment: WKMQ_MQTT__MAX_TOPIC_LEVELS = many: expected a whole number"));
            }
            assertThat(node.path("run/wkmq.pid")).doesNotExist();
            assertThat(node.wkmq("status").status()).isEqualTo(1);
        }
    }

    @Test
    void withoutANodeTheCommandsSaySo(@TempDir Path dir) throws IOException {
        try (Node node = new Node(installation, dir.resolve("never/made"))) {
            assertThat(node.wkmq("status")).isEqualTo(new Outcome(1, "wkmq is not running\n", ""));
            assertThat(node.wkmq("stop")).isEqualTo(new Outcome(0, "wkmq is not running\n", ""));
            assertThat(node.wkmq("ping").status()).isEqualTo(1);
            assertThat(node.wkmq("pid").status()).isEqualTo(1);
        }
        assertThat(dir.resolve("never")).doesNotExist();
    }

    @Test
    void aPidFileThatWasLeftOverIsNoNode(@TempDir Path dir) throws IOException {
        String living = Long.toString(ProcessHandle.current().pid());
        try (Node node = new Node(installation, dir)) {
            for (String pid : List.of(living, "999999999", "nonsense", "")) {
                node.file("run/wkmq.pid", pid).file("run/wkmq.status", "Node 'old@host' is started");

                assertThat(node.wkmq("status"))
                        .as("pid '%s'", pid)
                        .isEqualTo(new Outcome(1, "wkmq is not running\n", ""));
                assertThat(node.wkmq("stop").status()).isZero();
            }
            Files.delete(node.path("run/wkmq.pid"));
        }
    }

    @Test
    void withoutAKnownCommandItExplainsItself(@TempDir Path dir) {
        Map<String, String> home = Map.of("WKMQ_HOME", dir.toString());

        assertThat(installation.run(home, "wkmq").status()).isEqualTo(64);
        assertThat(installation.run(home, "wkmq", "strat"))
                .matches(outcome -> outcome.status() == 64)
                .matches(outcome -> outcome.err().startsWith("wkmq: unknown command 'strat'\nUsage: wkmq <command>"));
        assertThat(installation.run(home, "wkmq", "help"))
                .matches(outcome -> outcome.status() == 0)
                .matches(outcome -> outcome.out().startsWith("Usage: wkmq <command>"));
    }

    @Test
    void smallBenchmarksNeedACheckout(@TempDir Path dir) {
        assertThat(installation.run(Map.of("WKMQ_HOME", dir.toString()), "wkbench", "micro"))
                .isEqualTo(new Outcome(1, "", "wkbench: micro needs a checkout of wkmq; a distribution has no JMH\n"));
    }

    @Test
    void theLinkBetweenTwoNodesIsMeasured(@TempDir Path dir) {
        Map<String, String> home = Map.of("WKMQ_HOME", dir.toString());
        Outcome outcome = installation.run(home, "wkbench", "link", "1", "100");

        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.outLines())
                .anyMatch(line -> line.matches("round 3, QoS 2: [1-9][0-9,]* messages/s; .*"))
                .anyMatch(line -> line.matches("QoS 1, 100 messages/s: p50 [0-9,]+ us, .*"));
        assertThat(installation.run(home, "wkbench", "link", "soon").err())
                .isEqualTo("wkbench link: For input string: \"soon\"; expected seconds and messages a second\n");
    }

    @Test
    void withoutJavaItSaysHowToInstallIt(@TempDir Path dir) throws IOException {
        for (String launcher : List.of("wkmq", "wkctl", "wkbench")) {
            ProcessBuilder command = installation.command(
                    Map.of(
                            "WKMQ_HOME",
                            dir.toString(),
                            "PATH",
                            toolsWithout(dir, "java").toString()),
                    launcher,
                    "start");
            command.environment().remove("JAVA_HOME");

            Outcome outcome = Installation.run(command);

            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.errLines())
                    .singleElement()
                    .asString()
                    .startsWith(launcher + ": Java 17 or newer is needed, and there is none. Install it: ");
        }
    }

    @Test
    void aJavaThatIsTooOldIsNamed(@TempDir Path dir) throws IOException {
        Path old = dir.resolve("old");
        Files.createDirectories(old.resolve("bin"));
        Path java = Files.writeString(
                old.resolve("bin/java"), "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();

        Outcome outcome = installation.run(
                Map.of("WKMQ_HOME", dir.toString(), "JAVA_HOME", old.toString()), "wkmq", "foreground");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err())
                .startsWith("wkmq: Java 17 or newer is needed, " + java + " is 11. Set JAVA_HOME, or install it: ");
    }

    @Test
    void aLowLimitOfOpenFilesIsAWarning(@TempDir Path dir) throws IOException {
        Files.createDirectories(dir.resolve("etc"));
        Files.writeString(dir.resolve("etc/wkmq.conf"), "wrong\n");
        ProcessBuilder command = installation.command(Map.of("WKMQ_HOME", dir.toString()), "wkmq", "foreground");
        String launcher = command.command().get(0);
        command.command(List.of("sh", "-c", "ulimit -n 512; exec \"$0\" foreground", launcher));

        assertThat(Installation.run(command).err())
                .startsWith("wkmq: only 512 files may be open, so less than 512 clients can connect. Raise it: ");
    }

    /** A directory with the tools that a launcher may use, but for some. */
    private static Path toolsWithout(Path dir, String... missing) throws IOException {
        Path tools = Files.createDirectories(dir.resolve("tools"));
        for (Path from : List.of(Path.of("/bin"), Path.of("/usr/bin"))) {
            for (String tool : List.of(
                    "sh",
                    "cat",
                    "cp",
                    "date",
                    "dirname",
                    "env",
                    "find",
                    "grep",
                    "mkdir",
                    "mv",
                    "readlink",
                    "sed",
                    "sleep",
                    "tr",
                    "uname",
                    "apt-get",
                    "apt-cache",
                    "dnf",
                    "java")) {
                Path link = tools.resolve(tool);
                boolean wanted = !List.of(missing).contains(tool);
                if (wanted && Files.exists(from.resolve(tool)) && !Files.exists(link)) {
                    Files.writeString(link, "#!/bin/sh\nexec " + from.resolve(tool) + " \"$@\"\n");
                    assertThat(link.toFile().setExecutable(true)).isTrue();
                }
            }
        }
        return tools;
    }
}
