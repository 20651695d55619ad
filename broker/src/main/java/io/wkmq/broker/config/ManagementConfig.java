package io.wkmq.broker.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the node is managed: {@code management.*}.
 *
 * @param listen where health and metrics are served over HTTP, null for nowhere
 * @param socket the unix domain socket of {@code wkctl}; absolute
 * @param tokenFile the file, readable by its owner only, with the token that {@code wkctl} shows; absolute
 */
public record ManagementConfig(ListenerConfig.@Nullable InetBind listen, Path socket, Path tokenFile) {}
