package io.wkmq.testing.history;

import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.ServerPacket.Connack;
import io.wkmq.testing.mqtt.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A client on its own thread that stays connected to one node and reconnects when necessary. Anything that ends a connection before {@link
 * #stop} goes into the history.
 */
abstract class LoadClient {
    /** Opens a connection to the client's node. */
    @FunctionalInterface
    interface Opener {
        Wire open() throws IOException;
    }

    private static final long RECONNECT_NANOS = Duration.ofMillis(200).toNanos();
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

    private final String name;
    private final String node;
    private final Opener opener;
    private final History history;
    private final Thread thread;
    private volatile boolean stopping;

    LoadClient(String name, String node, Opener opener, History history) {
        this.name = name;
        this.node = node;
        this.opener = opener;
        this.history = history;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    final String name() {
        return name;
    }

    final String node() {
        return node;
    }

    final History history() {
        return history;
    }

    final void start() {
        thread.start();
    }

    final void stop() {
        stopping = true;
    }

    final void awaitEnd() throws InterruptedException {
        thread.join(ANSWER_LIMIT.toMillis());
    }

    /** Returns whether the client's thread has ended. */
    final boolean hasEnded() {
        return !thread.isAlive();
    }

    final boolean stopping() {
        return stopping;
    }

    abstract MqttVersion version();

    abstract ConnectBuilder connect();

    /** Uses an accepted connection until it ends or the client is {@link #stopping}. */
    abstract void serve(MqttProbe probe, Connack connack);

    private void run() {
        while (!stopping) {
            try (MqttProbe probe = MqttProbe.over(opener.open(), version())
                    .within(ANSWER_LIMIT)
                    .allowTornEnds()) {
                serve(probe, probe.connect(connect()));
                if (stopping) {
                    probe.send(Packets.disconnect());
                } else {
                    ended("the connection was closed");
                }
            } catch (IOException e) {
                LockSupport.parkNanos(RECONNECT_NANOS);
            } catch (AssertionError e) {
                ended(String.valueOf(e.getMessage()).lines().findFirst().orElse("")); // the rest is a transcript
                LockSupport.parkNanos(RECONNECT_NANOS);
            }
        }
    }

    private void ended(String reason) {
        history.record(new Event.Ended(System.nanoTime(), name, reason));
    }
}
