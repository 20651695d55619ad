package io.wkmq.broker.connection;

import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Will;

/**
 * Translates a client's topics on their way into the broker: the node's rules rewrite them, then the client's mountpoint is
 * prepended, so that tenants share a broker without seeing each other. On the way out the mountpoint is removed. Immutable.
 *
 * @param prefix the mountpoint with its placeholders replaced; empty for none
 * @param rewrites the node's rewrite rules
 * @param client the client whose topics are translated
 */
record MountedTopics(String prefix, TopicRewrites rewrites, ClientInfo client) {
    /** Rewrites and mounts a topic; throws {@link InvalidTopicException} if the result is not a valid topic. */
    TopicName mount(TopicName topic) {
        TopicName rewritten = rewrites.published(topic, client);
        return prefix.isEmpty() ? rewritten : TopicName.of(prefix + rewritten.text());
    }

    /** Rewrites and mounts a filter; throws {@link InvalidTopicException} if the result is not a valid filter. */
    SubscriptionFilter mount(SubscriptionFilter filter) {
        TopicFilter rewritten = rewrites.subscribed(filter.filter(), client);
        return prefix.isEmpty() && rewritten.equals(filter.filter())
                ? filter
                : new SubscriptionFilter(
                        filter.share(), prefix.isEmpty() ? rewritten : TopicFilter.of(prefix + rewritten.text()));
    }

    Will mount(Will will) {
        TopicName topic = mount(will.topic());
        return topic.equals(will.topic())
                ? will
                : new Will(
                        topic,
                        will.payload(),
                        will.qos(),
                        will.retain(),
                        will.properties(),
                        will.expirySeconds(),
                        will.delaySeconds());
    }

    /** Returns the message with the mountpoint removed from its topic. */
    Message unmount(Message message) {
        if (prefix.isEmpty()) {
            return message;
        }
        String topic = message.topic().text();
        return !topic.startsWith(prefix) || topic.length() == prefix.length()
                ? message
                : new Message(
                        TopicName.of(topic.substring(prefix.length())),
                        message.payload(),
                        message.qos(),
                        message.retain(),
                        message.properties(),
                        message.publisher(),
                        message.acceptedAtMs(),
                        message.expiresAtMs());
    }
}
