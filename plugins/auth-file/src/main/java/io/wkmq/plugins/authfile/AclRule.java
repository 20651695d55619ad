package io.wkmq.plugins.authfile;

import io.wkmq.plugins.api.ClientInfo;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.List;

/**
 * One rule.
 *
 * @param allow what it decides
 * @param who whom it is about
 * @param publish whether it is about publishing
 * @param subscribe whether it is about subscribing
 * @param topics what it is about; empty for everything
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
     * Whether it decides about a subscription. A rule that allows must match every topic of the requested filter; one that denies
     * hits by a weaker relation.
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
