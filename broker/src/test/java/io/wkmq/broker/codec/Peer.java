package io.wkmq.broker.codec;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.wkmq.broker.packet.Packet;

/** A decoder in a channel, with a handler that accepts CONNECT at once unless told not to. */
final class Peer implements AutoCloseable {
    static final int ALIASES = 5;

    final RecordingHandler handler = new RecordingHandler();
    final MqttDecoder decoder;
    final EmbeddedChannel channel;

    Peer(DecoderLimits limits) {
        this(limits, new HeldInput(Long.MAX_VALUE));
    }

    Peer(DecoderLimits limits, HeldInput held) {
        decoder = new MqttDecoder(limits, held, handler);
        channel = new EmbeddedChannel(decoder);
    }

    /** With the default limits. */
    static Peer standard() {
        return new Peer(DecoderLimits.defaults());
    }

    /** An MQTT 5 CONNECT with these properties, decoded. */
    static Packet.Connect connect(String properties) {
        try (Peer peer = standard()) {
            peer.receive("10 | <MQTT> 05 02 003c {" + properties + "} <c>");
            return (Packet.Connect) peer.handler.last();
        }
    }

    /** Accepts a CONNECT as soon as it is handled. */
    Peer accepting() {
        handler.onPacket = packet -> {
            if (packet instanceof Packet.Connect) {
                decoder.accepted(ALIASES);
            }
        };
        return this;
    }

    void receive(String packets) {
        receive(Wire.bytes(packets));
    }

    void receive(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
    }

    /** Receives the bytes one by one, each in its own read. */
    void receiveSlowly(byte[] bytes) {
        for (byte b : bytes) {
            channel.writeInbound(Unpooled.copiedBuffer(new byte[] {b}));
        }
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
