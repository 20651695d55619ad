package io.wkmq.broker;

import io.wkmq.broker.api.Api;
import io.wkmq.broker.config.ListenerConfig.InetBind;
import io.wkmq.broker.config.ManagementConfig;
import io.wkmq.broker.ctl.CtlCommands;
import io.wkmq.broker.ctl.CtlServer;
import io.wkmq.broker.ctl.NodeParts;
import io.wkmq.broker.http.BrokerMetrics;
import io.wkmq.broker.http.ManagementException;
import io.wkmq.broker.http.ManagementLoop;
import io.wkmq.broker.http.ManagementServer;
import io.wkmq.broker.http.MetricsSources;
import io.wkmq.broker.http.TokenFile;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What administrators and monitoring see of a node: {@code wkctl}'s socket and the HTTP pages. Started almost last; closed
 * after the clients are gone.
 */
final class Management implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Management.class);

    private final Closing closing = new Closing();
    private final @Nullable ManagementServer pages;

    /**
     * Starts both.
     *
     * @throws ManagementException if a socket or the token file cannot be created
     */
    Management(ManagementConfig config, NodeParts parts, MetricsSources sources) {
        ManagementLoop loop = closing.add("management loop", ManagementLoop.start());
        try {
            TokenFile token = TokenFile.loadOrCreate(config.tokenFile(), new SecureRandom());
            closing.add("wkctl", CtlServer.start(config, token, loop, CtlCommands.of(parts)));
            pages = pages(config.listen(), token, loop, parts, sources);
        } catch (ManagementException e) {
            closing.close();
            throw e;
        }
    }

    private @Nullable ManagementServer pages(
            @Nullable InetBind listen, TokenFile token, ManagementLoop loop, NodeParts parts, MetricsSources sources) {
        if (listen == null) {
            return null;
        }
        try {
            Api api = closing.add(
                    "API",
                    new Api(
                            parts.channels(),
                            parts.cluster(),
                            token,
                            parts.facts().clock()));
            return closing.add(
                    "pages", ManagementServer.start(loop, listen, new BrokerMetrics(sources), parts.readiness(), api));
        } catch (ManagementException e) {
            if (!listen.equals(ManagementConfig.DEFAULT_LISTEN)) {
                throw e;
            }
            // Nobody asked for this port: a second node on a host must be able to start without configuring one.
            log.warn("No health and metrics pages: {} Set management.listen to another port or off.", e.getMessage());
            return null;
        }
    }

    /** Returns the port that the HTTP pages are bound to, or 0 if they are off. */
    int port() {
        return pages == null ? 0 : pages.port();
    }

    @Override
    public void close() {
        closing.close();
    }
}
