package io.wkmq.plugins.authfile;

import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.List;

/**
 * An access rule.
 *
 * @param allow whether it allows or denies
 * @param who the clients it applies to
 * @param publish whether it applies to publishing
 * @param subscribe whether it applies to subscribing
 * @param topics the topics it applies to; empty for all
 */
record AclRule(boolean allow, Who who, boolean publish, boolean subscribe, List<TopicPattern> topics) {
    AclRule {
        topics = List.copyOf(topics);
    }

    boolean hitsPublish(ClientInfo client, TopicName topic) {
        if (!publish || !who.includes(client)) {
            return false;
        }
        for (TopicPattern pattern : topics) {
            if (pattern.matches(topic, client)) {
                return true;
            }
        }
        return topics.isEmpty();
    }

    /**
     * Returns whether the rule matches a subscription. An allow rule must match every topic of the requested filter; for a deny
     * rule a weaker relation suffices.
     */
    boolean hitsSubscribe(ClientInfo client, TopicFilter requested, FilterRelation toDeny) {
        if (!subscribe || !who.includes(client)) {
            return false;
        }
        FilterRelation relation = allow ? FilterRelation.COVERS : toDeny;
        for (TopicPattern pattern : topics) {
            if (pattern.holds(relation, requested, client)) {
                return true;
            }
        }
        return topics.isEmpty();
    }
}
