package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.loop.EventLoops;
import io.wkmq.broker.loop.EventLoops.Transport;
import java.time.Duration;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** Two event loops and listeners whose connections echo what they receive, unless other connections are given. */
final class TestNode implements AutoCloseable {
    static final int MAX_PACKET_BYTES = 100_000;

    final EventLoops loops;
    final EchoConnections echo = new EchoConnections();
    final Listeners listeners;

    TestNode() {
        this(Transport.AUTO);
    }

    TestNode(Transport transport) {
        loops = EventLoops.start(2, transport);
        listeners = listeners(AdmissionControl.ALWAYS, echo, Duration.ofHours(1));
    }

    TestNode(AdmissionControl admission, Duration certificatePoll) {
        loops = EventLoops.start(2, Transport.AUTO);
        listeners = listeners(admission, echo, certificatePoll);
    }

    /** With other connections, which are read in small pieces. */
    TestNode(Transport transport, Function<EventLoops, ConnectionInitializer> connections) {
        loops = EventLoops.start(2, transport);
        SocketTuning smallReads = new SocketTuning(true, 32 * 1024, 128 * 1024, 64, 512, 2048);
        listeners = new Listeners(
                loops,
                smallReads,
                AdmissionControl.ALWAYS,
                connections.apply(loops),
                MAX_PACKET_BYTES,
                Duration.ofHours(1));
    }

    private Listeners listeners(AdmissionControl admission, ConnectionInitializer connections, Duration poll) {
        return new Listeners(loops, SocketTuning.DEFAULT, admission, connections, MAX_PACKET_BYTES, poll);
    }

    Listener start(ConfigBuilder config) {
        return listeners.start(config.build());
    }

    static void await(ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(assertion);
    }

    static void awaitShutdowns(Listener listener, ShutdownReason reason, long count) {
        await(() -> assertThat(listener.shutdowns()).containsEntry(reason, count));
    }

    @Override
    public void close() {
        listeners.close();
        assertThat(loops.stop(Duration.ofSeconds(20))).isTrue();
    }
}
