package io.wkmq.testing.mqtt;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Builds CONNECT. */
public final class ConnectBuilder extends PacketBuilder<ConnectBuilder> {
    private static final long HOUR = 3600;

    private byte[] clientId;
    private boolean cleanStart = true;
    private int keepAliveSeconds = 60;
    private @Nullable WillBuilder will;
    private byte @Nullable [] userName;
    private byte @Nullable [] password;
    private @Nullable String protocolName;
    private int level = -1;
    private int connectFlags = -1;

    ConnectBuilder(String clientId) {
        super(PacketType.CONNECT);
        this.clientId = clientId.getBytes(StandardCharsets.UTF_8);
    }

    /** Sets clean start (MQTT 5) or clean session (MQTT 3). */
    public ConnectBuilder cleanStart(boolean clean) {
        cleanStart = clean;
        return this;
    }

    /**
     * Asks for a session that is resumed and outlives the connection: clean session 0 (MQTT 3); clean start 0 and an expiry of one hour
     * (MQTT 5).
     */
    public ConnectBuilder keepSession() {
        return cleanStart(false).with(Property.sessionExpiry(HOUR));
    }

    /** Sets the keep alive in seconds, 0 for none. */
    public ConnectBuilder keepAlive(int seconds) {
        keepAliveSeconds = seconds;
        return this;
    }

    /** Sets a will. */
    public ConnectBuilder will(WillBuilder message) {
        will = message;
        return this;
    }

    /** Sets the user name. */
    public ConnectBuilder userName(String name) {
        return rawUserName(name.getBytes(StandardCharsets.UTF_8));
    }

    /** Sets the user name to arbitrary bytes. */
    public ConnectBuilder rawUserName(byte... bytes) {
        userName = bytes;
        return this;
    }

    /** Sets the password. */
    public ConnectBuilder password(String text) {
        password = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** Sets the client id to arbitrary bytes. */
    public ConnectBuilder rawClientId(byte... bytes) {
        clientId = bytes;
        return this;
    }

    /** Replaces the protocol name. */
    public ConnectBuilder protocolName(String name) {
        protocolName = name;
        return this;
    }

    /** Replaces the protocol level. */
    public ConnectBuilder level(int number) {
        level = number;
        return this;
    }

    /** Replaces the connect flags, whatever the payload contains. */
    public ConnectBuilder connectFlags(int bits) {
        connectFlags = bits;
        return this;
    }

    /**
     * Returns what the packet permits the server to send. A maximum packet size that is 0 or present twice is an error and sets no limit.
     */
    ClientLimits limits() {
        long none = ClientLimits.NONE.maximumPacketSize();
        long maximum = number(PropertyType.MAXIMUM_PACKET_SIZE, none);
        return new ClientLimits(
                maximum == 0 || count(PropertyType.MAXIMUM_PACKET_SIZE) > 1 ? none : maximum,
                number(PropertyType.TOPIC_ALIAS_MAXIMUM, 0),
                number(PropertyType.REQUEST_PROBLEM_INFORMATION, 1) != 0);
    }

    @Override
    void writeBody(MqttVersion version, WireWriter out) {
        out.string(protocolName != null ? protocolName : version.protocolName())
                .u8(level < 0 ? version.level() : level)
                .u8(connectFlags < 0 ? usualConnectFlags() : connectFlags)
                .u16(keepAliveSeconds);
        writeProperties(version, out);
        out.binary(clientId);
        if (will != null) {
            will.write(version, out);
        }
        if (userName != null) {
            out.binary(userName);
        }
        if (password != null) {
            out.binary(password);
        }
    }

    private int usualConnectFlags() {
        return (cleanStart ? 0x02 : 0)
                | (will != null ? will.connectFlags() : 0)
                | (password != null ? 0x40 : 0)
                | (userName != null ? 0x80 : 0);
    }
}
