package io.wkmq.plugins.api;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;

/** What a client wants to do. Topics are as the client writes them, without the mountpoint. */
public sealed interface AccessRequest {
    /**
     * To publish, also as its will.
     *
     * @param topic the topic
     * @param qos the message's QoS
     * @param retain whether it is to be retained
     */
    record Publish(TopicName topic, Qos qos, boolean retain) implements AccessRequest {}

    /**
     * To subscribe.
     *
     * @param filter the filter, with the group of a shared subscription
     * @param qos the QoS asked for
     */
    record Subscribe(SubscriptionFilter filter, Qos qos) implements AccessRequest {}
}
