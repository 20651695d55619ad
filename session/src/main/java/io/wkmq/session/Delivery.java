package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to one client. Immutable but for the packet id, which the session gives when the message enters the
 * inflight window; belongs to the session's shard.
 */
public final class Delivery {
    /** The subscription identifiers of a delivery that has none. */
    public static final int[] NO_IDENTIFIERS = {};

    private final Message message;
    private final Qos qos;
    private final boolean retain;
    private final int[] subscriptionIdentifiers;
    private final @Nullable SharedSubscription shared;
    int packetId;
    long sequence;

    Delivery(
            Message message,
            Qos qos,
            boolean retain,
            int[] subscriptionIdentifiers,
            @Nullable SharedSubscription shared) {
        this.message = message;
        this.qos = qos;
        this.retain = retain;
        this.subscriptionIdentifiers = subscriptionIdentifiers;
        this.shared = shared;
    }

    /** The message. */
    public Message message() {
        return message;
    }

    /** The QoS to this client: the publisher's, limited by the subscription. */
    public Qos qos() {
        return qos;
    }

    /** The RETAIN flag to this client [MQTT-3.3.1-8], [MQTT-3.3.1-12], [MQTT-3.3.1-13]. */
    public boolean retain() {
        return retain;
    }

    /** The identifiers of the matching subscriptions, in no particular order; shared, read only. */
    public int[] subscriptionIdentifiers() {
        return subscriptionIdentifiers;
    }

    /** The packet id, 0 for QoS 0. */
    public int packetId() {
        return packetId;
    }

    @Nullable
    SharedSubscription shared() {
        return shared;
    }
}
