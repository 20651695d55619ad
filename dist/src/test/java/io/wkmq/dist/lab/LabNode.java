package io.wkmq.dist.lab;

import io.wkmq.dist.Installation;
import io.wkmq.dist.Outcome;
import io.wkmq.testing.Await;
import io.wkmq.testing.net.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A node of the distribution on a host of the lab, with its own home. Its name is {@code <name>@<address>}. Closing it kills it. Confined
 * to one thread, except for {@link #ctl}, which is thread-safe.
 */
final class LabNode implements AutoCloseable {
    static final int MQTT_PORT = 1883;

    /** A file in the home of one that a test made stand still. */
    static final String PAUSED = "paused";

    /** The default, on loopback. */
    private static final int MANAGEMENT_PORT = 8081;

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration END_LIMIT = Duration.ofSeconds(30);
    private static final Pattern RUNNING = Pattern.compile("running_nodes,\\[([^]]*)]");
    private static final Pattern ROUTES = Pattern.compile(
            "\"id\":\"([0-9a-f-]+)\",\"state\":\"running\".*?\"routes\":\\{\"count\":(\\d+),\"hash\":\"([0-9a-f]+)\"}");
    private static final Pattern NAME = Pattern.compile("'([^'@]+)@[^']*'");

    private final Installation installation;
    private final String name;
    private final Host host;
    private volatile String address; // clients look there while it is changed
    private final Path home;
    private final Path sockets;
    private final Map<String, String> environment = new HashMap<>();
    private @Nullable Process process;

    /** Not started yet; the address is one that the host has, without brackets. */
    LabNode(Installation installation, String name, Host host, String address, Path home, Path sockets) {
        this.installation = installation;
        this.name = name;
        this.host = host;
        this.address = address;
        this.home = home;
        this.sockets = sockets;
        with("WKMQ_HOME", home.toString());
        with("WKMQ_HEAP", "160m");
        with("WKMQ_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"); // many nodes share few processors
        with("WKMQ_NODE__COOKIE", "the cookie of the lab");
        with("WKMQ_MQTT__ALLOW_ANONYMOUS", "true");
        with("WKMQ_LISTENER__WS__EXTERNAL", "off");
        with("WKMQ_MANAGEMENT__SOCKET", sockets.resolve(name).toString()); // a path of a socket must be short
        listen();
    }

    /** Takes the address of its host for the next start. */
    LabNode listen() {
        if (!isIpv6()) {
            address = host.address();
        }
        with("WKMQ_NODE__NAME", fullName());
        return with("WKMQ_LISTENER__TCP__EXTERNAL", (isIpv6() ? '[' + address + ']' : address) + ':' + MQTT_PORT);
    }

    private boolean isIpv6() {
        return address.indexOf(':') >= 0;
    }

    /** The same home under another name on another host, not started yet; this one must not run any more. */
    LabNode movedTo(String newName, Host newHost) {
        LabNode moved = new LabNode(installation, newName, newHost, newHost.address(), home, sockets);
        environment.forEach(moved.environment::putIfAbsent);
        return moved;
    }

    /** Sets a variable of its environment for the next start. */
    LabNode with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** What a variable of its environment is. */
    String variable(String name) {
        return environment.getOrDefault(name, "");
    }

    String name() {
        return name;
    }

    String fullName() {
        return name + '@' + address;
    }

    /** Where it takes clients and other nodes. */
    String address() {
        return address;
    }

    Host host() {
        return host;
    }

    /** Begins to start it. */
    void launch() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException(name + " runs already");
        }
        try {
            Files.createDirectories(home);
            process = host.on(installation.command(environment, "wkmq", "foreground"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path output() {
        return home.resolve("output");
    }

    /** Waits until it says that it takes clients. */
    void awaitStarted() {
        Process started = running();
        Await.until(
                START_LIMIT,
                () -> name + " takes clients; it wrote\n" + tail(output()),
                () -> Files.exists(home.resolve("run/wkmq.status")) || !started.isAlive());
        if (!started.isAlive()) {
            throw new AssertionError(name + " ended with status " + started.exitValue() + ":\n" + tail(output()));
        }
    }

    void start() {
        launch();
        awaitStarted();
    }

    /** Kills it, as {@code kill -9} does. */
    void kill() throws InterruptedException {
        running().destroyForcibly().waitFor();
        forgetReady();
    }

    /** Sends SIGTERM and waits until it has ended. */
    void stop() throws InterruptedException {
        running().destroy();
        running().waitFor();
        forgetReady();
    }

    /** Waits until it has ended by itself; with which status. */
    int awaitEnd() {
        Process ending = running();
        Await.until(END_LIMIT, () -> name + " ends; its log is\n" + tail(logFile()), () -> !ending.isAlive());
        forgetReady();
        return ending.exitValue();
    }

    private void forgetReady() {
        try {
            Files.deleteIfExists(home.resolve("run/wkmq.status"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes it stand still, with all its connections open. */
    void pause() {
        try {
            Files.writeString(home.resolve(PAUSED), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        Outcome outcome = Installation.run(
                new ProcessBuilder("kill", "-" + signal, Long.toString(running().pid())));
        if (outcome.status() != 0) {
            throw new IllegalStateException("kill -" + signal + " of " + name + ": " + outcome);
        }
    }

    long pid() {
        return running().pid();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return process;
    }

    /** Runs a command of {@code wkctl}; empty if the node does not answer. */
    Optional<Outcome> tryCtl(String... words) {
        try {
            Path socket = Path.of(environment.get("WKMQ_MANAGEMENT__SOCKET"));
            return Optional.of(new Ctl(socket, home.resolve("run/wkctl.token")).run(words));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Runs a command of {@code wkctl}, which has to succeed; what it printed. */
    String ctl(String... words) {
        Outcome outcome = tryCtl(words)
                .orElseThrow(() -> new AssertionError(name + " does not answer '" + String.join(" ", words) + "'"));
        if (outcome.status() != 0) {
            throw new AssertionError(name + " answers '" + String.join(" ", words) + "' with " + outcome);
        }
        return outcome.out();
    }

    /** The names, without hosts, of the nodes that it believes to run, in their order; empty if it does not answer. */
    List<String> sees() {
        List<String> names = new ArrayList<>();
        Matcher running =
                RUNNING.matcher(tryCtl("cluster", "status").map(Outcome::out).orElse(""));
        if (running.find()) {
            NAME.matcher(running.group(1)).results().forEach(node -> names.add(node.group(1)));
        }
        names.sort(null);
        return names;
    }

    /** The id by which the others know it. */
    String id() {
        try {
            return Files.readAllLines(data().resolve("node.id")).get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has of the routes of each node that is here, as a number and a hash, by the node's id. */
    Map<String, String> routeTotals() {
        Map<String, String> totals = new TreeMap<>();
        ROUTES.matcher(ctl("cluster", "status", "--json").replaceAll("\\s", ""))
                .results()
                .forEach(node -> totals.put(node.group(1), node.group(2) + ' ' + node.group(3)));
        return totals;
    }

    /** A figure of its page for Prometheus. */
    long metric(String nameAndLabels) {
        String page = host.run(
                "bash",
                "-c",
                "exec 3<>/dev/tcp/127.0.0.1/" + MANAGEMENT_PORT
                        + "; printf 'GET /metrics HTTP/1.1\\r\\nHost: node\\r\\n\\r\\n' >&3; cat <&3");
        return page.lines()
                .filter(line -> line.startsWith(nameAndLabels + ' '))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(nameAndLabels.length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " has no " + nameAndLabels + " in\n" + page));
    }

    /** Where it keeps what is durable. */
    Path data() {
        return home.resolve("data");
    }

    private Path logFile() {
        return home.resolve("log/wkmq.log");
    }

    /** Its log so far. */
    String log() {
        try {
            return Files.readString(logFile());
        } catch (IOException e) {
            return "";
        }
    }

    /** What it has written to its console so far. */
    String said() {
        try {
            return Files.readString(output());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tail(Path file) {
        try {
            String text = Files.readString(file);
            return text.substring(Math.max(0, text.length() - 3000));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
