package io.wkmq.session;

import io.wkmq.routing.Message;
import io.wkmq.routing.Qos;
import io.wkmq.session.SessionStore.StoredDelivery;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to one client; a QoS 0 delivery may be shared by several clients. The part that a link sees does not
 * change after {@link ClientLink#publish}. Confined to the session's shard.
 */
public final class Delivery {
    /** The identifiers of a delivery without subscription identifiers. */
    public static final int[] NO_IDENTIFIERS = {};

    private final Message message;
    private final Qos qos;
    private final boolean retain;
    private final int[] subscriptionIdentifiers;
    private final @Nullable SharedSubscription shared;

    int packetId; // assigned when the delivery enters the inflight window
    long sequence; // position in the session's delivery order

    @Nullable
    Gate gate; // journal flush that must complete before this delivery's next packet is written

    @Nullable
    HeldDeliveries held; // set while the store holds it back with others; its QoS 2 PUBLISH waits until they are stored

    private @Nullable End whenOver;
    boolean stored; // the journal has it
    boolean released; // QoS 2: PUBREC received, the next packet is PUBREL
    boolean transmitted; // PUBLISH was written, on this or an earlier connection
    boolean counted; // counts against the current connection's send quota
    boolean due; // its next packet has yet to be written on the current connection

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

    /** Returns the message. */
    public Message message() {
        return message;
    }

    /** Returns the QoS to this client: the publisher's QoS, capped by the subscription. */
    public Qos qos() {
        return qos;
    }

    /** Returns the RETAIN flag to this client [MQTT-3.3.1-8], [MQTT-3.3.1-12], [MQTT-3.3.1-13]. */
    public boolean retain() {
        return retain;
    }

    /** Returns the identifiers of the matching subscriptions, in no particular order. The array is shared: do not modify it. */
    public int[] subscriptionIdentifiers() {
        return subscriptionIdentifiers;
    }

    /** Returns the packet id, 0 for QoS 0. */
    public int packetId() {
        return packetId;
    }

    @Nullable
    SharedSubscription shared() {
        return shared;
    }

    /** A callback for the end of a delivery. */
    @FunctionalInterface
    interface End {
        /**
         * The delivery is over and will not be sent again.
         *
         * @param accepted whether the client acknowledged the message without reporting an error
         */
        void over(boolean accepted);
    }

    /** Sets the callback for the end of this delivery. */
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

    /** Returns an unshared copy that a session can queue. */
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
