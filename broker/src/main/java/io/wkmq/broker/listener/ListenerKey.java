package io.wkmq.broker.listener;

import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import java.util.Locale;

/**
 * Identifies a listener of a node; its string form is its key in the configuration, such as {@code listener.tcp.external}.
 *
 * @param protocol the protocol it speaks
 * @param name its name
 */
public record ListenerKey(Protocol protocol, String name) {
    /** Returns the key of a configuration. */
    public static ListenerKey of(ListenerConfig config) {
        return new ListenerKey(config.protocol(), config.name());
    }

    @Override
    public String toString() {
        return "listener." + protocol.name().toLowerCase(Locale.ROOT) + "." + name;
    }
}
