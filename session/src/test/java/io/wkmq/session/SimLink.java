package io.wkmq.session;

import io.wkmq.routing.Qos;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection of the simulation: packets to the client wait in it until the client reads them, or are lost with it. */
final class SimLink implements ClientLink {
    /** A packet to the client. */
    sealed interface ToClient {}

    record Connack(boolean sessionPresent) implements ToClient {}

    record Publish(String topic, String payload, Qos qos, int packetId, boolean duplicate) implements ToClient {}

    record Ack(Qos qos, int packetId, ReasonCode reason) implements ToClient {}

    record Pubrel(int packetId, ReasonCode reason) implements ToClient {}

    record Pubcomp(int packetId) implements ToClient {}

    record Suback(List<ReasonCode> reasons) implements ToClient {}

    private final ArrayDeque<ToClient> toClient = new ArrayDeque<>();
    private boolean writable = true;
    private boolean closed;

    @Override
    public boolean publish(Delivery delivery, boolean duplicate) {
        write(new Publish(
                delivery.message().topic().text(),
                new String(delivery.message().payload(), StandardCharsets.UTF_8),
                delivery.qos(),
                delivery.packetId(),
                duplicate));
        return true;
    }

    @Override
    public void acknowledge(Qos qos, int packetId, ReasonCode reason, @Nullable String reasonString) {
        write(new Ack(qos, packetId, reason));
    }

    @Override
    public void release(int packetId, ReasonCode reason) {
        write(new Pubrel(packetId, reason));
    }

    @Override
    public void complete(int packetId, ReasonCode reason) {
        write(new Pubcomp(packetId));
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public void close(ReasonCode reason, @Nullable String reasonString) {
        closed = true;
    }

    void write(ToClient packet) {
        if (!closed) {
            toClient.add(packet);
        }
    }

    @Nullable
    ToClient read() {
        return toClient.poll();
    }

    boolean closed() {
        return closed;
    }

    void writable(boolean now) {
        writable = now;
    }
}
