package io.wkmq.broker.listener;

import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.broker.config.ListenerConfig.AccessRule;
import io.wkmq.broker.config.ListenerConfig.BindAddress;
import io.wkmq.broker.config.ListenerConfig.InetBind;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.config.ListenerConfig.RateLimit;
import io.wkmq.broker.config.ListenerConfig.TlsConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds configurations of listeners on free loopback ports. */
final class ConfigBuilder {
    private final Protocol protocol;
    private String name = "test";
    private BindAddress address = new InetBind("127.0.0.1", 0);
    private int maxClients = 1000;
    private int connectsPerSecond;
    private @Nullable RateLimit rateLimit;
    private int messagesPerSecond;
    private List<AccessRule> access = List.of();
    private long proxyTimeoutMs;
    private @Nullable TlsConfig tls;

    private ConfigBuilder(Protocol protocol) {
        this.protocol = protocol;
    }

    static ConfigBuilder of(Protocol protocol) {
        return new ConfigBuilder(protocol);
    }

    ConfigBuilder name(String value) {
        name = value;
        return this;
    }

    ConfigBuilder address(BindAddress value) {
        address = value;
        return this;
    }

    ConfigBuilder maxClients(int value) {
        maxClients = value;
        return this;
    }

    ConfigBuilder connectsPerSecond(int value) {
        connectsPerSecond = value;
        return this;
    }

    ConfigBuilder rateLimit(long burstBytes, long bytesPerSecond) {
        rateLimit = new RateLimit(burstBytes, bytesPerSecond);
        return this;
    }

    ConfigBuilder messagesPerSecond(int value) {
        messagesPerSecond = value;
        return this;
    }

    ConfigBuilder access(AccessRule... rules) {
        access = List.of(rules);
        return this;
    }

    ConfigBuilder proxyProtocol(long timeoutMs) {
        proxyTimeoutMs = timeoutMs;
        return this;
    }

    ConfigBuilder tls(TlsConfig value) {
        tls = value;
        return this;
    }

    ListenerConfig build() {
        return new ListenerConfig(
                protocol,
                name,
                address,
                16,
                maxClients,
                connectsPerSecond,
                128,
                rateLimit,
                messagesPerSecond,
                "",
                access,
                proxyTimeoutMs > 0,
                proxyTimeoutMs,
                true,
                true,
                "/mqtt",
                tls);
    }
}
