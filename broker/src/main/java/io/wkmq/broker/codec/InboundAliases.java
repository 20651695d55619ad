package io.wkmq.broker.codec;

import io.wkmq.routing.TopicName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The topic aliases that a client has set on its connection [MQTT-3.3.2-7] to [MQTT-3.3.2-12]. One per connection. The HiveMQ
 * decoder checks aliases against the array of texts and also writes it, so a cached name is valid only if its text equals that
 * in the array. Both arrays are allocated when the first alias arrives.
 */
final class InboundAliases {
    /** Allows no aliases. */
    static final InboundAliases NONE = new InboundAliases(0);

    private static final TopicName[] NO_NAMES = {};

    private final int maximum;
    private String @Nullable [] topics;
    private @Nullable TopicName[] names = NO_NAMES;

    InboundAliases(int maximum) {
        this.maximum = maximum;
    }

    /** Returns whether the client may use the alias. */
    boolean allows(int alias) {
        return alias > 0 && alias <= maximum;
    }

    /** Returns the topic of an allowed alias, or null if none is set. */
    @Nullable
    TopicName name(int alias) {
        String text = topics()[alias - 1];
        TopicName name = alias <= names.length ? names[alias - 1] : null;
        if (text != null && (name == null || !name.text().equals(text))) {
            name = TopicCache.parse(text);
            keep(alias, name);
        }
        return name;
    }

    /** Maps an allowed alias to the topic. */
    void set(int alias, TopicName name) {
        topics()[alias - 1] = name.text();
        keep(alias, name);
    }

    private void keep(int alias, TopicName name) {
        if (alias > names.length) {
            names = Arrays.copyOf(names, Math.min(maximum, alias + names.length));
        }
        names[alias - 1] = name;
    }

    /** Returns the topics, indexed by alias - 1; null where none is set. */
    String[] topics() {
        String[] array = topics;
        if (array == null) {
            array = new String[maximum];
            topics = array;
        }
        return array;
    }
}
