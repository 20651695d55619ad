package io.wkmq.broker.connection;

import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Will;

/**
 * What becomes of a client's topics on their way into the broker: they are rewritten by the node's rules, then its mountpoint
 * is put before them, so that tenants share a broker without seeing each other. On the way out the mountpoint is taken off.
 * Immutable.
 *
 * @param prefix the mountpoint, empty for none; placeholders are replaced already
 * @param rewrites the node's rules
 * @param client whose topics they are
 */
record MountedTopics(String prefix, TopicRewrites rewrites, ClientInfo client) {
    /** Throws {@link InvalidTopicException} if that gives no topic. */
    TopicName mount(TopicName topic) {
        TopicName rewritten = rewrites.published(topic, client);
        return prefix.isEmpty() ? rewritten : TopicName.of(prefix + rewritten.text());
    }

    /** Throws {@link InvalidTopicException} if that gives no filter. */
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

    /** The message under the topic that the client knows. */
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
