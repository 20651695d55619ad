package io.wkmq.broker.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import org.junit.jupiter.api.Test;

class MqttDecoderTest {
    private static final String CONNECT_4 = "100d 0004 4d515454 04 02 003c 0001 61";

    private final RecordingHandler handler = new RecordingHandler();
    private final MqttDecoder decoder = new MqttDecoder(DecoderLimits.defaults(), handler);
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

    private void receive(String hex) {
        channel.writeInbound(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", ""))));
    }

    @Test
    void decodesConnectThenPublish() {
        receive(CONNECT_4 + "3007 0001 61 68656c6c");
        assertThat(handler.packets).hasSize(1);
        assertThat(decoder.version()).isEqualTo(ProtocolVersion.MQTT_3_1_1);
        decoder.accepted(0);
        assertThat(handler.rejected).isNull();
        assertThat(handler.packets).hasSize(2);
        assertThat(((Packet.Publish) handler.last()).topic().text()).isEqualTo("a");
    }
}
