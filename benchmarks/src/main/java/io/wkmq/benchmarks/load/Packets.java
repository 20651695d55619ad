package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.List;

/** Writes the packets that a client sends, except PUBLISH; see {@link PublishTemplate}. Stateless. */
final class Packets {
    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int PUBREC = 5;
    static final int PUBREL = 6;
    static final int PUBCOMP = 7;
    static final int SUBACK = 9;
    static final int PINGRESP = 13;
    static final int DISCONNECT = 14;

    static final int KEEP_ALIVE_SECONDS = 60;

    private static final int SESSION_EXPIRY_SECONDS = 3600;
    private static final int SUBSCRIBE_ID = 1;

    private Packets() {}

    /** Appends a CONNECT that starts a new session, or resumes the client's persistent one. */
    static void connect(ByteBuf out, Target target, String clientId, SessionTerms terms) {
        String user = target.user();
        String password = target.password();
        int flags = (terms.persistent() ? 0 : 0x02) | (user == null ? 0 : 0x80) | (password == null ? 0 : 0x40);
        int properties = (terms.persistent() ? 5 : 0) + (terms.topicAliasMax() > 0 ? 3 : 0);
        int length = 10 + (target.mqtt5() ? 1 + properties : 0) + size(clientId);
        length += user == null ? 0 : size(user);
        length += password == null ? 0 : size(password);
        out.writeByte(0x10);
        writeVariable(out, length);
        text(out, "MQTT");
        out.writeByte(target.mqtt5() ? 5 : 4).writeByte(flags).writeShort(KEEP_ALIVE_SECONDS);
        if (target.mqtt5()) {
            out.writeByte(properties);
            if (terms.persistent()) {
                out.writeByte(0x11).writeInt(SESSION_EXPIRY_SECONDS);
            }
            if (terms.topicAliasMax() > 0) {
                out.writeByte(0x22).writeShort(terms.topicAliasMax());
            }
        }
        text(out, clientId);
        if (user != null) {
            text(out, user);
        }
        if (password != null) {
            text(out, password);
        }
    }

    /**
     * Appends a SUBSCRIBE.
     *
     * @param subscriptionId the subscription identifier (MQTT 5), below 128; 0 for none
     */
    static void subscribe(ByteBuf out, boolean mqtt5, List<String> filters, int qos, int subscriptionId) {
        int properties = mqtt5 && subscriptionId > 0 ? 2 : 0;
        int length = 2 + (mqtt5 ? 1 + properties : 0);
        for (String filter : filters) {
            length += size(filter) + 1;
        }
        out.writeByte(0x82);
        writeVariable(out, length);
        out.writeShort(SUBSCRIBE_ID);
        if (mqtt5) {
            out.writeByte(properties);
            if (properties > 0) {
                out.writeByte(0x0B).writeByte(subscriptionId);
            }
        }
        for (String filter : filters) {
            text(out, filter);
            out.writeByte(qos);
        }
    }

    static void puback(ByteBuf out, int id) {
        out.writeInt(0x4002_0000 | id);
    }

    static void pubrec(ByteBuf out, int id) {
        out.writeInt(0x5002_0000 | id);
    }

    static void pubrel(ByteBuf out, int id) {
        out.writeInt(0x6202_0000 | id);
    }

    static void pubcomp(ByteBuf out, int id) {
        out.writeInt(0x7002_0000 | id);
    }

    static void pingreq(ByteBuf out) {
        out.writeShort(0xC000);
    }

    static void disconnect(ByteBuf out) {
        out.writeShort(0xE000);
    }

    /** Appends an MQTT 5 DISCONNECT that also ends the session. */
    static void disconnectForEver(ByteBuf out) {
        out.writeInt(0xE007_0005).writeByte(0x11).writeInt(0);
    }

    static int size(String text) {
        return 2 + ByteBufUtil.utf8Bytes(text);
    }

    static void text(ByteBuf out, String text) {
        out.writeShort(ByteBufUtil.utf8Bytes(text));
        ByteBufUtil.writeUtf8(out, text);
    }

    static void writeVariable(ByteBuf out, int value) {
        int rest = value;
        while (rest >= 0x80) {
            out.writeByte((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    /** Reads a variable byte integer at the reader index. */
    static int readVariable(ByteBuf in) {
        int value = 0;
        int shift = 0;
        int part;
        do {
            part = in.readByte();
            value |= (part & 0x7F) << shift;
            shift += 7;
        } while (part < 0 && shift < 28);
        return value;
    }
}
