package io.wkmq.broker.connection;

import io.wkmq.broker.auth.AuthExchange;
import io.wkmq.broker.auth.ConnectDecision;
import io.wkmq.broker.packet.Packet;
import io.wkmq.session.DisconnectCause;
import io.wkmq.session.ReasonCode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Re-authentication of a connected client (MQTT 5, 4.12.1). Its other packets are handled meanwhile, with the rights it had.
 * Confined to the connection's event loop.
 */
final class Reauthentication {
    private final ConnectionServices services;
    private final Connection connection;
    private final Client client;
    private final @Nullable String method;
    private @Nullable AuthExchange exchange;
    private boolean stepping;

    /**
     * Creates the re-authentication of one client.
     *
     * @param method the authentication method of its CONNECT, or null
     */
    Reauthentication(ConnectionServices services, Connection connection, Client client, @Nullable String method) {
        this.services = services;
        this.connection = connection;
        this.client = client;
        this.method = method;
    }

    void handle(Packet.Auth packet) {
        AuthExchange current = exchange;
        boolean begins = packet.reason() == ReasonCode.REAUTHENTICATE;
        if (!Objects.equals(packet.method(), method) || stepping || begins == (current != null)) {
            connection.reject(
                    ReasonCode.PROTOCOL_ERROR,
                    "AUTH with reason " + packet.reason() + " and method '" + packet.method()
                            + "' does not fit here; CONNECT had the method '" + method + "' [MQTT-4.12.1-1]");
            return;
        }
        if (current == null) {
            current = services.access()
                    .exchange(connection.endpoint().listener(), client.access().client(), packet.method());
        }
        if (current == null) {
            connection.reject(
                    ReasonCode.BAD_AUTHENTICATION_METHOD, "The method '" + method + "' is not known here any more");
            return;
        }
        exchange = current;
        stepping = true;
        connection.when(current.proceed(packet.data()), step -> proceeded(packet.method(), step));
    }

    private void proceeded(String agreed, AuthExchange.Step step) {
        stepping = false;
        if (step instanceof AuthExchange.Continue challenge) {
            connection.write(
                    new Packet.Auth(ReasonCode.CONTINUE_AUTHENTICATION, agreed, challenge.data(), null, List.of()));
        } else if (step instanceof AuthExchange.Decided decided) {
            exchange = null;
            concluded(agreed, decided);
        }
    }

    private void concluded(String agreed, AuthExchange.Decided decided) {
        if (decided.decision() instanceof ConnectDecision.Refused refused) {
            connection.disconnect(refused.reason(), null, DisconnectCause.LOST); // [MQTT-4.12.1-2]
        } else if (!sameUser(decided.decision())) {
            connection.disconnect(
                    ReasonCode.NOT_AUTHORIZED, "Another user cannot go on with this session", DisconnectCause.LOST);
        } else {
            connection.write(new Packet.Auth(ReasonCode.SUCCESS, agreed, decided.data(), null, List.of()));
        }
    }

    private boolean sameUser(ConnectDecision decision) {
        return decision instanceof ConnectDecision.Accepted accepted
                && Objects.equals(
                        accepted.client().userName(), client.access().client().userName());
    }
}
