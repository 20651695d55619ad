package io.wkmq.broker.codec;

import org.jspecify.annotations.Nullable;

/**
 * The topic aliases that a client has set on its connection [MQTT-3.3.2-7] to [MQTT-3.3.2-12]. Belongs to the connection.
 * Filled by the HiveMQ decoder, which checks aliases against the array's length; made when the first alias comes.
 */
final class InboundAliases {
    /** No aliases are allowed. */
    static final InboundAliases NONE = new InboundAliases(0);

    private final int maximum;
    private String @Nullable [] topics;

    InboundAliases(int maximum) {
        this.maximum = maximum;
    }

    /** The topics by alias - 1; null where none is set. */
    String[] topics() {
        String[] array = topics;
        if (array == null) {
            array = new String[maximum];
            topics = array;
        }
        return array;
    }
}
