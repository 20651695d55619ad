package io.wkmq.cluster.hazelcast;

import io.wkmq.testing.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A node in a separate process, which can be paused. */
final class MemberProcess implements AutoCloseable {
    private static final String READY = "ready";

    private final Process process;

    private MemberProcess(Process process) {
        this.process = process;
    }

    /** Starts a node of that name that looks for others at a port, and waits until it runs. */
    static MemberProcess start(String name, int seedPort) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MemberProcess.class.getName(),
                        name,
                        Integer.toString(seedPort))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        MemberProcess member = new MemberProcess(process);
        BufferedReader lines = process.inputReader();
        for (String line = lines.readLine(); !READY.equals(line); line = lines.readLine()) {
            if (line == null) {
                member.close();
                throw new IOException("The process of node " + name + " ended before it was ready");
            }
        }
        return member;
    }

    /** What runs in the process, until it has nobody to read from. */
    public static void main(String[] args) throws IOException {
        try (TestNode node = TestNode.start(args[0], Integer.parseInt(args[1]))) {
            Await.until(
                    TestNode.LIMIT,
                    () -> "another node is here",
                    () -> !node.sees().isEmpty());
            System.out.println(READY);
            while (System.in.read() >= 0) {
                // nothing is said
            }
        }
    }

    void pause() throws Exception {
        signal("-STOP");
    }

    void resume() throws Exception {
        signal("-CONT");
    }

    private void signal(String signal) throws Exception {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
        if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IOException("kill " + signal + " failed");
        }
    }

    /** Kills it, as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
    }
}
