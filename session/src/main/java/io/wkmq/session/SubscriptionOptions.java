package io.wkmq.session;

import io.wkmq.routing.Qos;
import java.util.Objects;

/**
 * The options of one subscription (MQTT 5, 3.8.3.1). Immutable. Options without an identifier are interned, as a broker has
 * millions of subscriptions and nearly all of them have none.
 */
public final class SubscriptionOptions {
    /** Determines when retained messages are sent to a subscription. */
    public enum RetainHandling {
        /** With every SUBSCRIBE [MQTT-3.3.1-9]. */
        SEND(0),
        /** Only if the subscription is new [MQTT-3.3.1-10]. */
        SEND_IF_NEW(1),
        /** Never [MQTT-3.3.1-11]. */
        DO_NOT_SEND(2);

        private final int code;

        RetainHandling(int code) {
            this.code = code;
        }

        /** Returns the value on the wire: 0, 1 or 2. */
        public int code() {
            return code;
        }
    }

    private static final SubscriptionOptions[] WITHOUT_IDENTIFIER = withoutIdentifier();

    private final Qos qos;
    private final boolean noLocal;
    private final boolean retainAsPublished;
    private final RetainHandling retainHandling;
    private final int[] identifiers;

    private SubscriptionOptions(
            Qos qos, boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling, int[] identifiers) {
        this.qos = qos;
        this.noLocal = noLocal;
        this.retainAsPublished = retainAsPublished;
        this.retainHandling = retainHandling;
        this.identifiers = identifiers;
    }

    /**
     * Returns the given options.
     *
     * @param qos the maximum QoS
     * @param noLocal whether to exclude the client's own messages
     * @param retainAsPublished whether to keep the publisher's RETAIN flag
     * @param retainHandling when retained messages are sent
     * @param identifier the subscription identifier, 0 for none
     */
    public static SubscriptionOptions of(
            Qos qos, boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling, int identifier) {
        if (identifier == 0) {
            return WITHOUT_IDENTIFIER[place(qos, noLocal, retainAsPublished, retainHandling)];
        }
        return new SubscriptionOptions(qos, noLocal, retainAsPublished, retainHandling, new int[] {identifier});
    }

    /** Returns the options equivalent to an MQTT 3 subscription. */
    public static SubscriptionOptions mqtt3(Qos qos) {
        return of(qos, false, false, RetainHandling.SEND, 0);
    }

    private static SubscriptionOptions[] withoutIdentifier() {
        boolean[] both = {false, true};
        SubscriptionOptions[] all = new SubscriptionOptions[RetainHandling.values().length << 4];
        for (RetainHandling retainHandling : RetainHandling.values()) {
            for (Qos qos : Qos.values()) {
                for (boolean noLocal : both) {
                    for (boolean retainAsPublished : both) {
                        all[place(qos, noLocal, retainAsPublished, retainHandling)] = new SubscriptionOptions(
                                qos, noLocal, retainAsPublished, retainHandling, Delivery.NO_IDENTIFIERS);
                    }
                }
            }
        }
        return all;
    }

    private static int place(Qos qos, boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling) {
        return (retainHandling.code() << 4) | (qos.code() << 2) | (noLocal ? 2 : 0) | (retainAsPublished ? 1 : 0);
    }

    /** Returns the maximum QoS. */
    public Qos qos() {
        return qos;
    }

    /** Returns whether the client's own messages are excluded. */
    public boolean noLocal() {
        return noLocal;
    }

    /** Returns whether messages keep their publisher's RETAIN flag. */
    public boolean retainAsPublished() {
        return retainAsPublished;
    }

    /** Returns when retained messages are sent. */
    public RetainHandling retainHandling() {
        return retainHandling;
    }

    /** Returns the subscription identifier, 0 for none. */
    public int identifier() {
        return identifiers.length == 0 ? 0 : identifiers[0];
    }

    /** Returns the subscription identifier, if any, in the form in which deliveries carry it. The array is shared: do not modify it. */
    int[] identifiers() {
        return identifiers;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof SubscriptionOptions options
                        && qos == options.qos
                        && noLocal == options.noLocal
                        && retainAsPublished == options.retainAsPublished
                        && retainHandling == options.retainHandling
                        && identifier() == options.identifier());
    }

    @Override
    public int hashCode() {
        return Objects.hash(qos, noLocal, retainAsPublished, retainHandling, identifier());
    }

    @Override
    public String toString() {
        return "SubscriptionOptions[qos=" + qos + ", noLocal=" + noLocal + ", retainAsPublished=" + retainAsPublished
                + ", retainHandling=" + retainHandling + ", identifier=" + identifier() + ']';
    }
}
