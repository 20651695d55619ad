package io.wkmq.session;

import io.wkmq.routing.Qos;

/**
 * The options of one subscription (MQTT 5, 3.8.3.1).
 *
 * @param qos the maximum QoS
 * @param noLocal not the client's own messages
 * @param retainAsPublished keep the publisher's RETAIN flag
 * @param retainHandling whether retained messages are sent
 * @param identifier the subscription identifier, 0 for none
 */
public record SubscriptionOptions(
        Qos qos, boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling, int identifier) {
    /** When a subscription gets the retained messages. */
    public enum RetainHandling {
        /** At every SUBSCRIBE [MQTT-3.3.1-9]. */
        SEND,
        /** Only if the subscription is new [MQTT-3.3.1-10]. */
        SEND_IF_NEW,
        /** Never [MQTT-3.3.1-11]. */
        DO_NOT_SEND
    }

    /** What an MQTT 3 subscription asks for. */
    public static SubscriptionOptions mqtt3(Qos qos) {
        return new SubscriptionOptions(qos, false, false, RetainHandling.SEND, 0);
    }
}
