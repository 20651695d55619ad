package io.wkmq.cluster.sessions;

import io.wkmq.routing.Qos;
import io.wkmq.session.ClientLink;
import io.wkmq.session.ConnectCallback;
import io.wkmq.session.ConnectRequest;
import io.wkmq.session.Delivery;
import io.wkmq.session.DisconnectCause;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.Session;
import io.wkmq.session.Will;
import org.jspecify.annotations.Nullable;

/** A connection of a client to a simulated node. */
final class SimConnection implements ClientLink, ConnectCallback {
    final SimBroker broker;
    final String clientId;
    private @Nullable Session session;
    private @Nullable ReasonCode refused;
    private @Nullable ReasonCode closed;
    private boolean present;
    private boolean left;

    private SimConnection(SimBroker broker, String clientId) {
        this.broker = broker;
        this.clientId = clientId;
    }

    static SimConnection connect(SimBroker broker, String clientId, boolean cleanStart, long expirySeconds) {
        return connect(broker, clientId, cleanStart, expirySeconds, null);
    }

    static SimConnection connect(
            SimBroker broker, String clientId, boolean cleanStart, long expirySeconds, @Nullable Will will) {
        SimConnection connection = new SimConnection(broker, clientId);
        ConnectRequest request = new ConnectRequest(clientId, null, cleanStart, expirySeconds, 10, will);
        broker.onShardOf(clientId, () -> broker.sessions.connect(request, connection, connection));
        return connection;
    }

    /** The client goes. */
    void lose() {
        leave(DisconnectCause.LOST);
    }

    /** The client goes as it should: without a will. */
    void disconnect() {
        leave(DisconnectCause.NORMAL);
    }

    private void leave(DisconnectCause cause) {
        left = true;
        broker.onShardOf(clientId, () -> {
            if (session != null && closed == null) {
                session.disconnected(this, cause);
            }
        });
    }

    /** Whether the client has been told that it is connected, and is. */
    boolean live() {
        return session != null && closed == null && !left && broker.member.alive();
    }

    boolean answered() {
        return session != null || refused != null || closed != null;
    }

    boolean present() {
        return present;
    }

    @Nullable
    ReasonCode closed() {
        return closed;
    }

    @Nullable
    ReasonCode refused() {
        return refused;
    }

    @Override
    public void connected(Session opened, boolean sessionPresent) {
        session = opened;
        present = sessionPresent;
        if (left) {
            opened.disconnected(this, DisconnectCause.LOST);
        }
    }

    @Override
    public void refused(ReasonCode reason, String reasonString) {
        refused = reason;
    }

    @Override
    public void close(ReasonCode reason, @Nullable String reasonString) {
        closed = reason;
    }

    @Override
    public boolean publish(Delivery delivery, boolean duplicate) {
        return true;
    }

    @Override
    public void acknowledge(Qos qos, int packetId, ReasonCode reason, @Nullable String reasonString) {}

    @Override
    public void release(int packetId, ReasonCode reason) {}

    @Override
    public void complete(int packetId, ReasonCode reason) {}

    @Override
    public boolean writable() {
        return true;
    }
}
