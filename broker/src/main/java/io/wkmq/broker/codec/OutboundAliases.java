package io.wkmq.broker.codec;

import io.wkmq.routing.TopicName;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The topic aliases that the server has set on a connection: those of the most recently sent topics, at most the client's Topic
 * Alias Maximum [MQTT-3.3.2-11]. An evicted topic's alias is reused for the new topic. One per connection.
 */
final class OutboundAliases {
    private final int maximum;
    private @Nullable LinkedHashMap<TopicName, Integer> aliases; // allocated with the first alias

    OutboundAliases(int maximum) {
        this.maximum = maximum;
    }

    /** Returns whether aliases may be used. */
    boolean enabled() {
        return maximum > 0;
    }

    /** Returns the topic's alias as known to the client, or 0. Counts as a use. */
    int known(TopicName topic) {
        Integer alias = aliases == null ? null : aliases.get(topic);
        return alias == null ? 0 : alias;
    }

    /** Assigns an alias to a topic that has none. The next PUBLISH written must set it. */
    int assign(TopicName topic) {
        LinkedHashMap<TopicName, Integer> known = aliases;
        if (known == null) {
            known = new LinkedHashMap<>(16, 0.75f, true);
            aliases = known;
        }
        Integer alias;
        if (known.size() < maximum) {
            alias = known.size() + 1;
        } else {
            Map.Entry<TopicName, Integer> oldest = known.entrySet().iterator().next();
            alias = oldest.getValue();
            known.remove(oldest.getKey());
        }
        known.put(topic, alias);
        return alias;
    }
}
