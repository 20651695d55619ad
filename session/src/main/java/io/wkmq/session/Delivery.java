package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.session.SessionStore.StoredDelivery;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to one client; one of QoS 0 may be shared by several clients. What a link sees of it does not change
 * once it was given to {@link ClientLink#publish}. Belongs to the session's shard.
 */
public final class Delivery {
    /** The subscription identifiers of a delivery that has none. */
    public static final int[] NO_IDENTIFIERS = {};

    private final Message message;
    private final Qos qos;
    private final boolean retain;
    private final int[] subscriptionIdentifiers;
    private final @Nullable SharedSubscription shared;

    int packetId; // given when it enters the window
    long sequence; // its place in the session's order

    @Nullable
    Gate gate; // the journal's flush that must be through before the next packet of this delivery is written

    @Nullable
    HeldDeliveries held; // among them the store keeps it back; its PUBLISH of QoS 2 waits until they are stored

    private @Nullable End whenOver;
    boolean stored; // the journal knows it
    boolean released; // QoS 2: PUBREC came, its next packet is PUBREL
    boolean transmitted; // PUBLISH was written, on whatever connection
    boolean counted; // takes one of the current connection's send quota
    boolean due; // its next packet is still to be written on the current connection

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

    /** What is to be done when a delivery is over. */
    @FunctionalInterface
    interface End {
        /**
         * It is not sent again.
         *
         * @param accepted whether the client has it and did not say that it cannot do with it
         */
        void over(boolean accepted);
    }

    /** Tells that one when it is over. */
    void whenOver(End end) {
        whenOver = end;
    }

    void over(boolean accepted) {
        End end = whenOver;
        if (end != null) {
            whenOver = null;
            end.over(accepted);
        }
    }

    /** One that only this session holds, to be queued. */
    Delivery own() {
        return new Delivery(message, qos, retain, subscriptionIdentifiers, shared);
    }

    StoredDelivery toStore(StoredDelivery.State state) {
        return new StoredDelivery(
                sequence,
                message,
                qos,
                retain,
                subscriptionIdentifiers,
                shared == null ? null : shared.filter(),
                packetId,
                state);
    }
}
