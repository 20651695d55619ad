package io.wkmq.broker.connection;

import io.wkmq.broker.auth.AccessDecision;
import io.wkmq.broker.auth.AuthExchange;
import io.wkmq.broker.auth.ClientAccess;
import io.wkmq.broker.auth.ConnectDecision;
import io.wkmq.broker.listener.ClientEndpoint;
import io.wkmq.broker.packet.Packet;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.plugins.api.Credentials;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.session.ConnectCallback;
import io.wkmq.session.ConnectRequest;
import io.wkmq.session.DisconnectCause;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.Session;
import io.wkmq.session.Will;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps from CONNECT to CONNACK: assigns a client id, authenticates, authorizes the will, moves the connection to its
 * session's event loop, opens the session, answers. Confined to the connection's event loop; the decoder holds back what
 * follows CONNECT.
 */
final class Handshake {
    private static final Logger log = LoggerFactory.getLogger(Handshake.class);

    private final ConnectionServices services;
    private final Connection connection;
    private Packet.@Nullable Connect connect;
    private @Nullable AuthExchange exchange;
    private String clientId = "";
    private byte @Nullable [] authenticationData;
    private boolean stepping;

    Handshake(ConnectionServices services, Connection connection) {
        this.services = services;
        this.connection = connection;
    }

    void handle(Packet.Inbound packet) {
        if (packet instanceof Packet.Connect first) {
            connect = first;
            connection.speak(first);
            // Checked first, because verifying a password is expensive.
            if (services.split().refusesConnects()) {
                refuse(ReasonCode.SERVER_UNAVAILABLE, null);
                return;
            }
            clientId = first.clientId().isEmpty() ? services.assignedIds().next() : first.clientId();
            authenticate(first);
        } else if (packet instanceof Packet.Auth answer && connect != null && exchange != null) {
            answered(connect, exchange, answer);
        } else {
            connection.closeAfterFlush(ReasonCode.SUCCESS); // DISCONNECT during an authentication exchange
        }
    }

    // Authentication

    private void authenticate(Packet.Connect connect) {
        ClientInfo claimed = claimed(connect);
        String method = connect.authenticationMethod();
        if (method == null) {
            Credentials credentials = connect.userName() == null && connect.password() == null
                    ? Credentials.NONE
                    : new Credentials(connect.userName(), connect.password());
            connection.when(
                    services.access()
                            .authenticate(
                                    connection.endpoint().listener(),
                                    connection.endpoint().certificateUserName(),
                                    claimed,
                                    credentials),
                    decision -> judged(connect, decision));
            return;
        }
        AuthExchange begun = services.access().exchange(connection.endpoint().listener(), claimed, method);
        if (begun == null) {
            refuse(
                    ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "The authentication method '" + method + "' is not known here [MQTT-4.12.0-1]");
            return;
        }
        exchange = begun;
        stepping = true;
        connection.when(begun.proceed(connect.authenticationData()), step -> proceeded(connect, method, step));
    }

    private ClientInfo claimed(Packet.Connect connect) {
        ClientEndpoint endpoint = connection.endpoint();
        return new ClientInfo(
                clientId,
                connect.userName(),
                endpoint.peer(),
                endpoint.listenerName(),
                connect.version().level(),
                endpoint.certificate(),
                false);
    }

    private void answered(Packet.Connect connect, AuthExchange exchange, Packet.Auth answer) {
        String method = answer.method();
        if (stepping) {
            refuse(ReasonCode.PROTOCOL_ERROR, "AUTH came before the last one was answered [MQTT-4.12.0-3]");
            return;
        }
        if (answer.reason() != ReasonCode.CONTINUE_AUTHENTICATION || !method.equals(connect.authenticationMethod())) {
            refuse(
                    ReasonCode.PROTOCOL_ERROR,
                    "AUTH has reason " + answer.reason() + " and method '" + method + "'; expected to continue with '"
                            + connect.authenticationMethod() + "' [MQTT-4.12.0-3]");
            return;
        }
        stepping = true;
        connection.when(exchange.proceed(answer.data()), step -> proceeded(connect, method, step));
    }

    private void proceeded(Packet.Connect connect, String method, AuthExchange.Step step) {
        if (step instanceof AuthExchange.Continue challenge) {
            stepping = false; // stays true after the decision: nothing more may follow
            connection.write(
                    new Packet.Auth(ReasonCode.CONTINUE_AUTHENTICATION, method, challenge.data(), null, List.of()));
        } else if (step instanceof AuthExchange.Decided decided) {
            authenticationData = decided.data();
            judged(connect, decided.decision());
        }
    }

    private void judged(Packet.Connect connect, ConnectDecision decision) {
        if (decision instanceof ConnectDecision.Refused refused) {
            log.info(
                    "Client refused client={} peer={} reason={}: {}",
                    clientId,
                    connection.endpoint().peerAddress(),
                    refused.reason(),
                    refused.text());
            refuse(refused.reason(), null);
        } else if (decision instanceof ConnectDecision.Accepted accepted) {
            if (services.split().refusesConnects()) { // the cluster may have split during the authentication
                refuse(ReasonCode.SERVER_UNAVAILABLE, null);
            } else {
                authorizeWill(connect, accepted);
            }
        }
    }

    // Authorization of the will

    private void authorizeWill(Packet.Connect connect, ConnectDecision.Accepted accepted) {
        Will will = connect.will();
        if (will == null) {
            moveToSession(connect, accepted, null);
            return;
        }
        if (services.topicLimits().exceededBy(will.topic().text())) {
            refuse(ReasonCode.TOPIC_NAME_INVALID, TopicLimits.EXCEEDED);
            return;
        }
        // The executor is resolved at each decision, because the connection is about to change its event loop.
        ClientAccess access = services.access().open(accepted.client(), connection::execute);
        AccessDecision decision = access.publish(will.topic(), will.qos(), will.retain());
        if (decision instanceof AccessDecision.Pending pending) {
            connection.when(pending.later(), later -> willJudged(connect, accepted, will, later));
        } else {
            willJudged(connect, accepted, will, decision);
        }
    }

    private void willJudged(
            Packet.Connect connect, ConnectDecision.Accepted accepted, Will will, AccessDecision decision) {
        if (decision != AccessDecision.Decided.ALLOWED) {
            refuse(ReasonCode.NOT_AUTHORIZED, "The client may not publish to its will topic");
            return;
        }
        if (will.retain() && !services.mqtt().retained().enabled()) {
            refuse(ReasonCode.RETAIN_NOT_SUPPORTED, "Retained messages are switched off [MQTT-3.2.2-13]");
            return;
        }
        try {
            MountedTopics topics = new MountedTopics(accepted.mountpoint(), services.rewrites(), accepted.client());
            moveToSession(connect, accepted, topics.mount(will));
        } catch (InvalidTopicException e) {
            refuse(ReasonCode.TOPIC_NAME_INVALID, e.getMessage());
        }
    }

    // Opening the session

    private void moveToSession(Packet.Connect connect, ConnectDecision.Accepted accepted, @Nullable Will will) {
        ConnectRequest request = new ConnectRequest(
                clientId,
                accepted.client().userName(),
                connect.cleanStart(),
                connect.sessionExpirySeconds(),
                connect.receiveMaximum(),
                will);
        int shard = services.sessions().shardOf(clientId);
        services.loops().move(connection.channel(), shard, () -> {
            if (!connection.closed()) {
                services.sessions().connect(request, connection, new Opening(connect, accepted));
            }
        });
    }

    private final class Opening implements ConnectCallback {
        private final Packet.Connect connect;
        private final ConnectDecision.Accepted accepted;

        Opening(Packet.Connect connect, ConnectDecision.Accepted accepted) {
            this.connect = connect;
            this.accepted = accepted;
        }

        @Override
        public void connected(Session session, boolean sessionPresent) {
            if (connection.closed()) {
                session.disconnected(connection, DisconnectCause.LOST);
                return;
            }
            connection.write(new Packet.Connack(
                    sessionPresent,
                    ReasonCode.SUCCESS,
                    Limits.announce(services, connect, clientId, session, authenticationData)));
            Client client = new Client(services, connection, connect, accepted, session);
            connection.connected(client, Limits.keepAliveSeconds(services.mqtt(), connect));
        }

        @Override
        public void refused(ReasonCode reason, String reasonString) {
            refuse(reason, reasonString);
        }
    }

    /** Answers CONNECT with an error, if a CONNECT was received and its version has one, and closes the connection [MQTT-3.2.2-7]. */
    void refuse(ReasonCode reason, @Nullable String why) {
        if (connection.closed()) {
            return;
        }
        services.counters().connectRefused(reason);
        connection.write(new Packet.Connack(false, reason, Packet.ConnackProperties.refusal(why)));
        connection.closeAfterFlush(reason);
    }
}
