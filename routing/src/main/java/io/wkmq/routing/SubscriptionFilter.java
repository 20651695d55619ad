package io.wkmq.routing;

import org.jspecify.annotations.Nullable;

/**
 * The filter in SUBSCRIBE and UNSUBSCRIBE: a topic filter, either alone or shared by a group. Equality is by group and filter.
 *
 * @param share the group, or null when the subscription is not shared
 * @param filter the topic filter; of a shared subscription the part behind the group
 */
public record SubscriptionFilter(@Nullable ShareName share, TopicFilter filter) {
    private static final String SHARE_PREFIX = "$share/";
    private static final String QUEUE_PREFIX = "$queue/";

    /**
     * Parses {@code filter}, {@code $share/group/filter} or EMQ's {@code $queue/filter}.
     *
     * @throws InvalidTopicException if the group or the filter breaks a rule of the standard
     */
    public static SubscriptionFilter parse(String text) {
        if (text.startsWith(SHARE_PREFIX)) {
            int slash = text.indexOf('/', SHARE_PREFIX.length());
            if (slash < 0) {
                throw new InvalidTopicException("The shared subscription " + TopicText.quoted(text)
                        + " has no filter; expected $share/<name>/<filter> [MQTT-4.8.2-2]");
            }
            ShareName share = new ShareName(text.substring(SHARE_PREFIX.length(), slash));
            return new SubscriptionFilter(share, TopicFilter.of(text.substring(slash + 1)));
        }
        if (text.startsWith(QUEUE_PREFIX)) {
            return new SubscriptionFilter(ShareName.QUEUE, TopicFilter.of(text.substring(QUEUE_PREFIX.length())));
        }
        return new SubscriptionFilter(null, TopicFilter.of(text));
    }

    /** Returns whether the subscription is shared by a group. */
    public boolean shared() {
        return share != null;
    }

    /** Returns the text that {@link #parse} accepts. */
    public String text() {
        if (share == null) {
            return filter.text();
        }
        if (share.equals(ShareName.QUEUE)) {
            return QUEUE_PREFIX + filter.text();
        }
        return SHARE_PREFIX + share.text() + '/' + filter.text();
    }

    @Override
    public String toString() {
        return text();
    }
}
