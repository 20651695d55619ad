package io.wkmq.broker.connection;

import io.wkmq.routing.Message;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.Will;

/**
 * Puts a client's mountpoint before its topics on their way into the broker and takes it off on their way out, so that tenants
 * share a broker without seeing each other. Immutable.
 *
 * @param prefix the mountpoint, empty for none; placeholders are replaced already
 */
record MountedTopics(String prefix) {
    private static final MountedTopics NONE = new MountedTopics("");

    static MountedTopics of(String mountpoint) {
        return mountpoint.isEmpty() ? NONE : new MountedTopics(mountpoint);
    }

    boolean none() {
        return prefix.isEmpty();
    }

    TopicName mount(TopicName topic) {
        return none() ? topic : TopicName.of(prefix + topic.text());
    }

    SubscriptionFilter mount(SubscriptionFilter filter) {
        return none()
                ? filter
                : new SubscriptionFilter(
                        filter.share(), TopicFilter.of(prefix + filter.filter().text()));
    }

    Will mount(Will will) {
        return none()
                ? will
                : new Will(
                        mount(will.topic()),
                        will.payload(),
                        will.qos(),
                        will.retain(),
                        will.properties(),
                        will.expirySeconds(),
                        will.delaySeconds());
    }

    /** The message under the topic that the client knows. */
    Message unmount(Message message) {
        if (none()) {
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
