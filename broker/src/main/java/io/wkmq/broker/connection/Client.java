package io.wkmq.broker.connection;

import io.netty.buffer.ByteBuf;
import io.wkmq.broker.auth.ClientAccess;
import io.wkmq.broker.auth.ConnectDecision;
import io.wkmq.broker.codec.PublishEncoder;
import io.wkmq.broker.packet.Packet;
import io.wkmq.broker.packet.ProtocolVersion;
import io.wkmq.routing.Message;
import io.wkmq.session.Delivery;
import io.wkmq.session.DisconnectCause;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.Session;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A connected client: its identity, its session, and the handling of each of its packets. Confined to the session's event loop. */
final class Client {
    /** The reason codes that a client may send in DISCONNECT (MQTT 5, table 3-10). */
    private static final Set<ReasonCode> FROM_CLIENTS = EnumSet.of(
            ReasonCode.SUCCESS,
            ReasonCode.DISCONNECT_WITH_WILL,
            ReasonCode.UNSPECIFIED_ERROR,
            ReasonCode.MALFORMED_PACKET,
            ReasonCode.PROTOCOL_ERROR,
            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
            ReasonCode.TOPIC_NAME_INVALID,
            ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
            ReasonCode.TOPIC_ALIAS_INVALID,
            ReasonCode.PACKET_TOO_LARGE,
            ReasonCode.MESSAGE_RATE_TOO_HIGH,
            ReasonCode.QUOTA_EXCEEDED,
            ReasonCode.ADMINISTRATIVE_ACTION,
            ReasonCode.PAYLOAD_FORMAT_INVALID);

    private static final Packet.Pingresp PINGRESP = new Packet.Pingresp();

    private final ConnectionServices services;
    private final Connection connection;
    private final ProtocolVersion version;
    private final boolean cleanStart;
    private final boolean expires; // CONNECT asked for a session that outlives the connection
    private final int keepAliveSeconds;
    private final ClientAccess access;
    private final MountedTopics topics;
    private final Session session;
    private final Publisher publisher;
    private final Subscriber subscriber;
    private final Reauthentication reauthentication;
    private final PublishEncoder deliveries;
    private final long connectedAtMs;

    Client(
            ConnectionServices services,
            Connection connection,
            Packet.Connect connect,
            ConnectDecision.Accepted accepted,
            Session session) {
        this.services = services;
        this.connection = connection;
        this.version = connect.version();
        this.cleanStart = connect.cleanStart();
        this.expires = connect.sessionExpirySeconds() > 0;
        this.keepAliveSeconds = Limits.keepAliveSeconds(services.mqtt(), connect);
        this.access =
                services.access().open(accepted.client(), connection.channel().eventLoop());
        this.topics = new MountedTopics(accepted.mountpoint(), services.rewrites(), accepted.client());
        this.session = session;
        this.publisher = new Publisher(services, connection, this);
        this.subscriber = new Subscriber(services, connection, this);
        this.reauthentication = new Reauthentication(services, connection, this, connect.authenticationMethod());
        this.deliveries = new PublishEncoder(connect, services.mqtt().maxOutboundTopicAlias());
        this.connectedAtMs = services.clock().millis();
    }

    Session session() {
        return session;
    }

    ClientAccess access() {
        return access;
    }

    Publisher publisher() {
        return publisher;
    }

    MountedTopics topics() {
        return topics;
    }

    ProtocolVersion version() {
        return version;
    }

    long connectedAtMs() {
        return connectedAtMs;
    }

    /** Returns what listings show of this client. Callable from any thread: everything in it is fixed when the client connects. */
    ConnectedClient describe() {
        return new ConnectedClient(
                session.clientId(),
                access.client().userName(),
                connection.endpoint().peerAddress(),
                access.client().listener(),
                version.level(),
                cleanStart,
                keepAliveSeconds,
                connectedAtMs);
    }

    void handle(Packet.Inbound packet) {
        if (packet instanceof Packet.Publish publish) {
            publisher.publish(publish);
        } else if (packet instanceof Packet.Puback ack) {
            session.acknowledged(ack.packetId(), ack.reason());
        } else if (packet instanceof Packet.Pubrec ack) {
            session.received(ack.packetId(), ack.reason());
        } else if (packet instanceof Packet.Pubrel release) {
            session.release(release.packetId(), release.reason());
        } else if (packet instanceof Packet.Pubcomp ack) {
            session.completed(ack.packetId());
        } else if (packet instanceof Packet.Pingreq) {
            connection.write(PINGRESP);
        } else if (packet instanceof Packet.Subscribe subscribe) {
            subscriber.subscribe(subscribe);
        } else if (packet instanceof Packet.Unsubscribe unsubscribe) {
            subscriber.unsubscribe(unsubscribe);
        } else if (packet instanceof Packet.Disconnect disconnect) {
            disconnect(disconnect);
        } else if (packet instanceof Packet.Auth auth) {
            reauthentication.handle(auth);
        } else {
            throw new IllegalStateException(
                    "The decoder let a " + packet.getClass().getSimpleName() + " through");
        }
    }

    /** Writes a PUBLISH; returns false if it exceeds the client's Maximum Packet Size. */
    boolean deliver(Delivery delivery, boolean duplicate, OutboundBuffer out) {
        Message message = topics.unmount(delivery.message());
        // Reading the clock costs as much as writing a small message.
        long now = message.expiresAtMs() == Message.NEVER ? 0 : services.clock().millis();
        ByteBuf room = out.room(deliveries.size(delivery, message));
        return deliveries.write(delivery, message, duplicate, now, room);
    }

    /** Reports the end of the connection, whatever its cause, to the session, the counters and the plugins. */
    void ended(DisconnectCause cause, ReasonCode reason) {
        session.disconnected(connection, cause);
        services.counters().disconnected(reason);
        services.events()
                .disconnected(access.client(), reason.code(), reason.name().toLowerCase(Locale.ROOT));
    }

    private void disconnect(Packet.Disconnect disconnect) {
        if (!FROM_CLIENTS.contains(disconnect.reason())) {
            connection.reject(
                    ReasonCode.PROTOCOL_ERROR,
                    "DISCONNECT with the reason " + disconnect.reason() + ", which only servers send [MQTT-3.14.2-1]");
            return;
        }
        long expiry = disconnect.sessionExpirySeconds();
        if (expiry > 0 && !expires) {
            connection.reject(
                    ReasonCode.PROTOCOL_ERROR,
                    "DISCONNECT sets the session expiry to " + expiry + "; CONNECT set it to 0 [MQTT-3.14.2-2]");
            return;
        }
        boolean normal = disconnect.reason() == ReasonCode.SUCCESS;
        connection.disconnected(disconnect.reason(), new DisconnectCause(!normal, expiry));
    }
}
