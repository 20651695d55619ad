package io.wkmq.session;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the broker owes one client, connected or not. Belongs to the thread of its shard: every method asserts that it runs
 * there. The connection that is the current link calls the methods that stand for packets, in the order in which the packets
 * came; once its link was closed by the session, or it reported {@link #disconnected}, it calls nothing any more.
 */
@SuppressWarnings("DoNotCallSuggester") // removed with the first implementation
public final class Session {
    /** The client id. */
    public String clientId() {
        throw new UnsupportedOperationException();
    }

    /** The user the session belongs to, or null. */
    public @Nullable String userName() {
        throw new UnsupportedOperationException();
    }

    /** How long the session outlives its connection: what the client asked for, unless the configuration allows less. */
    public long expirySeconds() {
        throw new UnsupportedOperationException();
    }

    /** How many QoS 1 and 2 PUBLISHes came on this connection whose flow has not ended: what Receive Maximum limits. */
    public int inboundInFlight() {
        throw new UnsupportedOperationException();
    }

    /** What is known of it now. */
    public SessionInfo info() {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes a PUBLISH. QoS 1 and 2 are answered by {@link ClientLink#acknowledge} once the message is handed over, in the
     * order in which they came; a QoS 2 packet id that awaits its PUBREL is answered again and not routed again.
     */
    public void publish(Publication publication) {
        throw new UnsupportedOperationException();
    }

    /**
     * Answers a PUBLISH that the connection did not accept: an error in the order of arrival. A QoS 2 packet id is free
     * again [MQTT-4.3.3-9].
     */
    public void refuse(Qos qos, int packetId, ReasonCode reason, @Nullable String reasonString) {
        throw new UnsupportedOperationException();
    }

    /** Takes a PUBREL; answers by {@link ClientLink#complete}. */
    public void release(int packetId, ReasonCode reason) {
        throw new UnsupportedOperationException();
    }

    /** Takes a PUBACK. */
    public void acknowledged(int packetId, ReasonCode reason) {
        throw new UnsupportedOperationException();
    }

    /** Takes a PUBREC; answers by {@link ClientLink#release} unless it reports an error. */
    public void received(int packetId, ReasonCode reason) {
        throw new UnsupportedOperationException();
    }

    /** Takes a PUBCOMP. */
    public void completed(int packetId) {
        throw new UnsupportedOperationException();
    }

    /**
     * Subscribes; a filter that is subscribed to gets the new options [MQTT-3.8.4-3].
     *
     * @param done gets one reason per request, in order, on the shard's thread: at once, or for a durable session once the
     *     subscriptions are stored. Retained messages are sent after it returned
     */
    public void subscribe(List<SubscribeRequest> requests, Consumer<List<ReasonCode>> done) {
        throw new UnsupportedOperationException();
    }

    /**
     * Unsubscribes. Deliveries that were begun are finished [MQTT-3.10.4-3].
     *
     * @param done gets one reason per filter, in order, on the shard's thread, as with {@link #subscribe}
     */
    public void unsubscribe(List<SubscriptionFilter> filters, Consumer<List<ReasonCode>> done) {
        throw new UnsupportedOperationException();
    }

    /** The link, which was not writable, is again. */
    public void linkWritable() {
        throw new UnsupportedOperationException();
    }

    /** The connection ended. Ignored unless the link is the current one: it was taken over then. */
    public void disconnected(ClientLink link, DisconnectCause cause) {
        throw new UnsupportedOperationException();
    }
}
