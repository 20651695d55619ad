package io.wkmq.plugins.api;

import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;

/** An operation that a client requests. Topics are as written by the client, without the mountpoint. */
public sealed interface AccessRequest {
    /**
     * A request to publish, including as a will.
     *
     * @param topic the topic
     * @param qos the message's QoS
     * @param retain whether the message is to be retained
     */
    record Publish(TopicName topic, Qos qos, boolean retain) implements AccessRequest {}

    /**
     * A request to subscribe.
     *
     * @param filter the filter, including the group of a shared subscription
     * @param qos the requested QoS
     */
    record Subscribe(SubscriptionFilter filter, Qos qos) implements AccessRequest {}
}
