package io.wkmq.broker.codec;

import io.wkmq.broker.packet.Packet;
import io.wkmq.session.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A packet handler that only records its calls. */
final class RecordingHandler implements PacketHandler {
    final List<Packet.Inbound> packets = new ArrayList<>();

    @Nullable
    ReasonCode rejected;

    @Nullable
    String why;

    int rejects;
    int readCompletes;
    Consumer<Packet.Inbound> onPacket = packet -> {};

    @Override
    public void received(int bytes) {}

    @Override
    public void handle(Packet.Inbound packet) {
        packets.add(packet);
        onPacket.accept(packet);
    }

    @Override
    public void reject(ReasonCode reason, String text) {
        rejects++;
        rejected = reason;
        why = text;
    }

    @Override
    public void readComplete() {
        readCompletes++;
    }

    /** The packet received last. */
    Packet.Inbound last() {
        return packets.get(packets.size() - 1);
    }
}
