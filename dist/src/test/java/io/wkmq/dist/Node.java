package io.wkmq.dist;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A node with its own home and its listeners on free ports. Closing it ends what still runs. */
final class Node implements AutoCloseable {
    private static final Pattern TCP = Pattern.compile("wkmq \\S+ is running: .*\\btcp 127\\.0\\.0\\.1:(\\d+).*");

    private final Installation installation;
    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private @Nullable Process foreground;

    Node(Installation installation, Path home) {
        this.installation = installation;
        this.home = home;
        environment.put("WKMQ_HOME", home.toString());
        environment.put("WKMQ_HEAP", "128m");
        environment.put("WKMQ_LISTENER__TCP__EXTERNAL", "127.0.0.1:0");
        environment.put("WKMQ_LISTENER__WS__EXTERNAL", "127.0.0.1:0");
        environment.put("WKMQ_MANAGEMENT__LISTEN", "127.0.0.1:0");
        environment.put("WKMQ_PING_TIMEOUT", "60"); // the machine may be slow
    }

    Node with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Writes a file of the home. */
    Node file(String name, String... lines) {
        try {
            Path file = home.resolve(name);
            Files.createDirectories(file.resolveSibling(""));
            Files.write(file, List.of(lines));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path(String name) {
        return home.resolve(name);
    }

    /** Runs {@code bin/wkmq} to the end. */
    Outcome wkmq(String... arguments) {
        return installation.run(environment, "wkmq", arguments);
    }

    /** Runs {@code bin/wkctl} to the end. */
    Outcome wkctl(String... arguments) {
        return installation.run(environment, "wkctl", arguments);
    }

    /** Runs a line of shell, in which {@code $bin} is where the launchers are. */
    Outcome inShell(String line) {
        ProcessBuilder shell = installation.command(environment, "wkmq");
        shell.environment().put("bin", installation.root().resolve("bin").toString());
        return Installation.run(shell.command("sh", "-c", line));
    }

    /** Runs {@code bin/wkmq foreground} until it takes clients; the lines it wrote, the last of which says so. */
    List<String> foreground() throws IOException {
        return untilItTakesClients(launch());
    }

    /** Begins to run {@code bin/wkmq foreground}. */
    Process launch() throws IOException {
        Process process = installation
                .command(environment, "wkmq", "foreground")
                .redirectErrorStream(true)
                .start();
        foreground = process;
        return process;
    }

    /** Runs a node without {@code bin/wkmq}, which allows only one in a home, until it takes clients. */
    void foregroundBesideAnother() throws IOException {
        Process process =
                installation.node(environment).redirectErrorStream(true).start();
        foreground = process;
        untilItTakesClients(process);
    }

    private static List<String> untilItTakesClients(Process process) throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        List<String> lines = new ArrayList<>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
            if (TCP.matcher(line).matches()) {
                return lines;
            }
        }
        throw new IllegalStateException("ended before it took clients: " + lines);
    }

    /** Sends SIGTERM to the process in the foreground; its exit status. */
    int terminate() throws InterruptedException {
        Process process = foreground;
        if (process == null) {
            throw new IllegalStateException("nothing runs in the foreground");
        }
        process.destroy();
        return process.waitFor();
    }

    /** Kills the process in the foreground, as {@code kill -9} does, and waits until it is gone. */
    void kill() throws InterruptedException {
        Process process = foreground;
        if (process == null) {
            throw new IllegalStateException("nothing runs in the foreground");
        }
        process.destroyForcibly().waitFor();
    }

    /** The port in the line that says that a node takes clients. */
    static int tcpPort(String line) {
        Matcher matcher = TCP.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + line
                    + "' names no tcp port; expected 'wkmq <version> is running: tcp" + " 127.0.0.1:<port>, ...'");
        }
        return Integer.parseInt(matcher.group(1));
    }

    @Override
    public void close() throws IOException {
        if (foreground != null) {
            foreground.destroyForcibly();
        }
        Path pidFile = home.resolve("run/wkmq.pid");
        if (Files.exists(pidFile)) {
            ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()))
                    .ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
