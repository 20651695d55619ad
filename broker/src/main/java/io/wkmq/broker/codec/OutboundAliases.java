package io.wkmq.broker.codec;

import io.wkmq.routing.TopicName;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The topic aliases that the server has set on a connection: those of the topics sent last, never more than the client's
 * Topic Alias Maximum [MQTT-3.3.2-11]. A topic that falls out gives its alias to the one that comes in. Belongs to the
 * connection.
 */
final class OutboundAliases {
    private final int maximum;
    private final LinkedHashMap<TopicName, Integer> aliases;

    OutboundAliases(int maximum) {
        this.maximum = maximum;
        this.aliases = new LinkedHashMap<>(Math.min(maximum, 16) * 2, 0.75f, true);
    }

    /** Whether there are any. */
    boolean enabled() {
        return maximum > 0;
    }

    /** The alias that the client knows for the topic, or 0. Counts as a use. */
    int known(TopicName topic) {
        Integer alias = aliases.get(topic);
        return alias == null ? 0 : alias;
    }

    /** An alias for a topic that has none. The PUBLISH that is written next must set it. */
    int assign(TopicName topic) {
        Integer alias;
        if (aliases.size() < maximum) {
            alias = aliases.size() + 1;
        } else {
            Map.Entry<TopicName, Integer> oldest = aliases.entrySet().iterator().next();
            alias = oldest.getValue();
            aliases.remove(oldest.getKey());
        }
        aliases.put(topic, alias);
        return alias;
    }
}
