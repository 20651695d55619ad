package io.wkmq.benchmarks.micro;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.session.ClientLink;
import io.wkmq.session.ConnectCallback;
import io.wkmq.session.ConnectRequest;
import io.wkmq.session.Delivery;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.Session;
import io.wkmq.session.Sessions;
import io.wkmq.session.SubscribeRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connected client that writes nothing but remembers what to acknowledge. Confined to the benchmark's thread. */
final class NullLink implements ClientLink, ConnectCallback {
    private @Nullable Session session;
    private @Nullable Delivery last;
    private int packetId;
    private long deliveries;

    static NullLink connect(Sessions sessions, String clientId, SubscribeRequest request) {
        NullLink link = new NullLink();
        sessions.connect(new ConnectRequest(clientId, null, true, 0, 65_535, null), link, link);
        link.subscribe(List.of(request));
        return link;
    }

    /** Subscribes. */
    void subscribe(List<SubscribeRequest> requests) {
        require().subscribe(requests, NullLink::requireSuccess);
    }

    /** Unsubscribes. */
    void unsubscribe(List<SubscriptionFilter> filters) {
        require().unsubscribe(filters, NullLink::requireSuccess);
    }

    private static void requireSuccess(List<ReasonCode> codes) {
        for (ReasonCode code : codes) {
            if (code.code() > 2) {
                throw new IllegalStateException("The request was answered with " + codes);
            }
        }
    }

    private Session require() {
        if (session == null) {
            throw new IllegalStateException("The client is not connected");
        }
        return session;
    }

    /** Acknowledges the last delivery, if it needs that. */
    void acknowledgeLast() {
        if (packetId > 0) {
            int id = packetId;
            packetId = 0;
            require().acknowledged(id, ReasonCode.SUCCESS);
        }
    }

    /** Returns the last delivery. */
    Delivery last() {
        if (last == null) {
            throw new IllegalStateException("Nothing was delivered");
        }
        return last;
    }

    /** Returns the number of deliveries. */
    long deliveries() {
        return deliveries;
    }

    @Override
    public void connected(Session connected, boolean sessionPresent) {
        session = connected;
    }

    @Override
    public void refused(ReasonCode reason, String reasonString) {
        throw new IllegalStateException("The session was refused: " + reason + ", " + reasonString);
    }

    @Override
    public boolean publish(Delivery delivery, boolean duplicate) {
        deliveries++;
        last = delivery;
        packetId = delivery.packetId();
        return true;
    }

    @Override
    public void acknowledge(Qos qos, int id, ReasonCode reason, @Nullable String reasonString) {}

    @Override
    public void release(int id, ReasonCode reason) {}

    @Override
    public void complete(int id, ReasonCode reason) {}

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public void close(ReasonCode reason, @Nullable String reasonString) {}
}
