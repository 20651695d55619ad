package io.wkmq.benchmarks.micro;

import io.wkmq.broker.codec.PacketHandler;
import io.wkmq.broker.packet.Packet;
import io.wkmq.session.ReasonCode;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.Blackhole;

/** Counts and discards decoded packets. Confined to the benchmark's thread. */
final class SinkHandler implements PacketHandler {
    private @Nullable Blackhole blackhole;
    private long publishes;

    void into(Blackhole sink) {
        blackhole = sink;
    }

    /** Returns the number of PUBLISH packets received. */
    long publishes() {
        return publishes;
    }

    @Override
    public void received(int bytes) {}

    @Override
    public void handle(Packet.Inbound packet) {
        if (packet instanceof Packet.Publish) {
            publishes++;
        }
        if (blackhole != null) {
            blackhole.consume(packet);
        }
    }

    @Override
    public void reject(ReasonCode reason, String why) {
        throw new IllegalStateException("The decoder rejected the benchmark's packets: " + reason + ", " + why);
    }

    @Override
    public void readComplete() {}
}
