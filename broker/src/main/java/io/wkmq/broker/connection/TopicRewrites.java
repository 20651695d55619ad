package io.wkmq.broker.connection;

import io.wkmq.broker.config.RewriteConfig;
import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.List;

/**
 * Rewrites topics as EMQ does: of the rules whose filter matches the first one decides, and if its regular expression is not
 * found the topic stays as it is. Immutable.
 */
final class TopicRewrites {
    private final List<RewriteRule> publish;
    private final List<RewriteRule> subscribe;

    TopicRewrites(RewriteConfig config) {
        this.publish = config.publish().stream().map(RewriteRule::new).toList();
        this.subscribe = config.subscribe().stream().map(RewriteRule::new).toList();
    }

    /**
     * The topic under which a client's message goes on.
     *
     * @throws InvalidTopicException if a rule is for it but gives no topic
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
     * The filter that a client gets when it asks for another one; of a shared one the part behind the group.
     *
     * @throws InvalidTopicException if a rule is for it but gives no filter
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
