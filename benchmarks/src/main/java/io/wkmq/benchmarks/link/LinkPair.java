package io.wkmq.benchmarks.link;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.transport.LinkCounter;
import io.wkmq.cluster.transport.LinkStatus;
import io.wkmq.cluster.transport.NodeLinks;
import io.wkmq.routing.Audience;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Two nodes with a link from the first, in this process, to the second, in a separate process. */
final class LinkPair implements AutoCloseable {
    private static final int PAYLOAD_BYTES = 256;
    private static final TopicName TOPIC = TopicName.of("building/7/floor/3/room/12/temperature");

    private final NodeLinks first;
    private final Peer second;
    private final Process process;
    private final BufferedReader from;
    private final BufferedWriter to;

    /** What the second node reports about itself. */
    record Report(long received, long cpuNanos, List<Long> delayNanos) {}

    LinkPair() throws IOException {
        first = LinkNodes.start(1, (node, message, plain, groups, handOver) -> List.of());
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LinkReceiver.class.getName(),
                        Integer.toString(first.port()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        from = process.inputReader(StandardCharsets.UTF_8);
        to = process.outputWriter(StandardCharsets.UTF_8);
        String port = from.readLine();
        if (port == null) {
            throw new IOException("The second node has not started");
        }
        second = LinkNodes.peer(2, Integer.parseInt(port));
        first.here(second);
        while (!open()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private boolean open() {
        LinkStatus status = first.status(second.id());
        return status != null && status.state() == LinkStatus.State.OPEN;
    }

    /** Requests a report from the second node. */
    Report report() throws IOException {
        to.newLine();
        to.flush();
        String line = from.readLine();
        if (line == null) {
            throw new IOException("The second node has ended");
        }
        List<Long> numbers = Stream.of(line.split(" ")).map(Long::valueOf).toList();
        return new Report(numbers.get(0), numbers.get(1), numbers.subList(2, numbers.size()));
    }

    /** Returns how often the connection was lost. */
    long lost() {
        return first.counts().getOrDefault(LinkCounter.LOST, 0L);
    }

    /** Forwards a message; {@code stamp} is the time of forwarding, or 0 to leave its delay unmeasured. */
    void forward(Qos qos, long stamp, HandOver handOver) {
        byte[] payload = ByteBuffer.allocate(PAYLOAD_BYTES).putLong(stamp).array();
        Message message =
                new Message(TOPIC, payload, qos, false, MessageProperties.NONE, "sensor-0012", 0, Message.NEVER);
        first.forward(second.id(), message, Audience.PLAIN, handOver);
    }

    @Override
    public void close() throws IOException {
        to.close(); // ends the process
        first.close();
    }
}
