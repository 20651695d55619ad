package io.wkmq.broker.connection;

import io.wkmq.broker.config.RewriteConfig;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.List;

/**
 * Rewrites topics as EMQ does: the first rule whose filter matches decides; if its regular expression does not match, the topic
 * stays as it is. Immutable.
 */
final class TopicRewrites {
    private final List<RewriteRule> publish;
    private final List<RewriteRule> subscribe;

    TopicRewrites(RewriteConfig config) {
        this.publish = config.publish().stream().map(RewriteRule::new).toList();
        this.subscribe = config.subscribe().stream().map(RewriteRule::new).toList();
    }

    /**
     * Returns the topic under which a client's message is published.
     *
     * @throws InvalidTopicException if the rule that applies yields no valid topic
     */
    TopicName published(TopicName topic, ClientInfo client) {
        if (publish.isEmpty()) {
            return topic;
        }
        String text = topic.text();
        String rewritten = rewrite(publish, text, client);
        return text.equals(rewritten) ? topic : TopicName.of(rewritten);
    }

    /**
     * Returns the filter that replaces the one a client subscribes to; for a shared subscription, the part after the group
     * name.
     *
     * @throws InvalidTopicException if the rule that applies yields no valid filter
     */
    TopicFilter subscribed(TopicFilter filter, ClientInfo client) {
        if (subscribe.isEmpty()) {
            return filter;
        }
        String text = filter.text();
        String rewritten = rewrite(subscribe, text, client);
        return text.equals(rewritten) ? filter : TopicFilter.of(rewritten);
    }

    private static String rewrite(List<RewriteRule> rules, String topic, ClientInfo client) {
        for (RewriteRule rule : rules) {
            if (rule.isFor(topic)) {
                return rule.rewrite(topic, client);
            }
        }
        return topic;
    }
}
