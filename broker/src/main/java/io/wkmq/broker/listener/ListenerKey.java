package io.wkmq.broker.listener;

import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import java.util.Locale;

/**
 * What identifies a listener of a node; prints as its key in the configuration, {@code listener.tcp.external}.
 *
 * @param protocol what is spoken on it
 * @param name its name
 */
public record ListenerKey(Protocol protocol, String name) {
    /** The key of this configuration. */
    public static ListenerKey of(ListenerConfig config) {
        return new ListenerKey(config.protocol(), config.name());
    }

    @Override
    public String toString() {
        return "listener." + protocol.name().toLowerCase(Locale.ROOT) + "." + name;
    }
}
