package io.wkmq.broker.config;

import io.wkmq.broker.config.ListenerConfig.InetBind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the node is managed: {@code management.*}.
 *
 * @param listen where health and metrics are served over HTTP, null for nowhere
 * @param socket the unix domain socket of {@code wkctl}; absolute
 * @param tokenFile the file, readable by its owner only, with the token that {@code wkctl} shows; absolute
 */
public record ManagementConfig(@Nullable InetBind listen, Path socket, Path tokenFile) {
    /** Where the pages are if the configuration says nothing. */
    public static final InetBind DEFAULT_LISTEN = new InetBind("127.0.0.1", 8081);

    /** The same with the files of one directory in another one. */
    public ManagementConfig moved(Path from, Path to) {
        return new ManagementConfig(listen, moved(socket, from, to), moved(tokenFile, from, to));
    }

    private static Path moved(Path file, Path from, Path to) {
        return file.startsWith(from) ? to.resolve(from.relativize(file)) : file;
    }
}
