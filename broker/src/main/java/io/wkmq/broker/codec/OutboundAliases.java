package io.wkmq.broker.codec;

import io.wkmq.routing.TopicName;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The topic aliases that the server has set on a connection: those of the topics sent last, never more than the client's
 * Topic Alias Maximum [MQTT-3.3.2-11]. A topic that falls out gives its alias to the one that comes in. Belongs to the
 * connection.
 */
final class OutboundAliases {
    private final int maximum;
    private @Nullable LinkedHashMap<TopicName, Integer> aliases; // from the first one on

    OutboundAliases(int maximum) {
        this.maximum = maximum;
    }

    /** Whether there are any. */
    boolean enabled() {
        return maximum > 0;
    }

    /** The alias that the client knows for the topic, or 0. Counts as a use. */
    int known(TopicName topic) {
        Integer alias = aliases == null ? null : aliases.get(topic);
        return alias == null ? 0 : alias;
    }

    /** An alias for a topic that has none. The PUBLISH that is written next must set it. */
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
