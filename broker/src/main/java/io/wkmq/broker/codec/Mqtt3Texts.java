package io.wkmq.broker.codec;

import io.netty.buffer.ByteBuf;
import io.wkmq.broker.packet.ProtocolVersion;

/**
 * Checks the strings of an MQTT 3 packet after decoding, because HiveMQ's MQTT 3 decoders do not detect ill-formed UTF-8, a
 * missing password, or a missing will payload. Stateless.
 */
final class Mqtt3Texts {
    private static final int WILL_FLAG = 0x04;
    private static final int PASSWORD_FLAG = 0x40;
    private static final int USER_NAME_FLAG = 0x80;

    private Mqtt3Texts() {}

    /** Checks all strings of a CONNECT, and that nothing follows them. */
    static void connect(ByteBuf in, int start, int end, ProtocolVersion version) {
        int flagsAt = start + (version == ProtocolVersion.MQTT_3_1 ? 9 : 7);
        int flags = in.getByte(flagsAt);
        int index = MqttText.requireWellFormed(in, flagsAt + 3, end, "client id");
        if ((flags & WILL_FLAG) != 0) {
            index = MqttText.requireWellFormed(in, index, end, "will topic");
            index = MqttText.skipBinary(in, index, end, "will payload");
        }
        if ((flags & USER_NAME_FLAG) != 0) {
            index = MqttText.requireWellFormed(in, index, end, "user name");
        }
        if ((flags & PASSWORD_FLAG) != 0) {
            index = MqttText.skipBinary(in, index, end, "password");
        }
        if (index != end) {
            throw MqttProtocolException.malformed((end - index) + " bytes follow the last field of CONNECT");
        }
    }

    /** Checks the topic of a PUBLISH. */
    static void publish(ByteBuf in, int start, int end) {
        MqttText.requireWellFormed(in, start, end, "topic name");
    }

    /** Checks the filters of a SUBSCRIBE. */
    static void subscribe(ByteBuf in, int start, int end) {
        int index = start + 2;
        while (index < end) {
            index = MqttText.requireWellFormed(in, index, end, "topic filter") + 1;
        }
    }

    /** Checks the filters of an UNSUBSCRIBE. */
    static void unsubscribe(ByteBuf in, int start, int end) {
        int index = start + 2;
        while (index < end) {
            index = MqttText.requireWellFormed(in, index, end, "topic filter");
        }
    }
}
