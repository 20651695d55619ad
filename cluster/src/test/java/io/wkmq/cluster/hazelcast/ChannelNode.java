package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A node with channels in a separate process, which can be killed, and what it printed. */
final class ChannelNode implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    final String name;
    private final Process process;
    private final PrintWriter commands;
    private final Map<String, List<String[]>> said = new ConcurrentHashMap<>();
    private final Thread listener;

    private ChannelNode(String name, Process process) {
        this.name = name;
        this.process = process;
        this.commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.US_ASCII);
        this.listener = new Thread(this::listen, "listens to " + name);
        listener.setDaemon(true);
        listener.start();
    }

    /** Starts the process; it is not ready then. */
    static ChannelNode start(String name, UUID id, int port, List<Integer> ports, Path directory) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChannelProcess.class.getName(),
                        name,
                        id.toString(),
                        Integer.toString(port),
                        ports.stream().map(String::valueOf).collect(Collectors.joining(",")),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolveSibling(name + ".log").toFile()))
                .start();
        return new ChannelNode(name, process);
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", -1);
                said.computeIfAbsent(words[0], word -> new CopyOnWriteArrayList<>())
                        .add(words);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void tell(String command) {
        commands.println(command);
    }

    /** The lines that begin with that word, split into words. */
    List<String[]> said(String word) {
        return said.getOrDefault(word, List.of());
    }

    /** Waits until it has said so many lines that begin with that word. */
    void await(String word, int count) {
        Await.until(
                LIMIT,
                () -> name + " says " + word + ' ' + count + " times, not "
                        + said(word).size() + "; it runs: "
                        + process.isAlive() + ", broken: "
                        + said("broken").stream()
                                .map(words -> String.join(" ", words))
                                .toList(),
                () -> said(word).size() >= count);
    }

    /** Asks for something and waits for one more line that begins with that word, which is returned. */
    String[] ask(String command, String word) {
        int before = said(word).size();
        tell(command);
        await(word, before + 1);
        return said(word).get(before);
    }

    /** Ends the process at once, and waits until all that it said has come. */
    void kill() throws InterruptedException {
        // not Process.destroyForcibly: that closes the output, and there is more to read
        process.toHandle().destroyForcibly();
        process.waitFor();
        listener.join();
    }

    /** Sends it a signal, without waiting for what that does. */
    void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Waits until the process has ended by itself. */
    void awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
