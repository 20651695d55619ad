package io.wkmq.broker.config;

import io.wkmq.broker.config.ListenerConfig.InetBind;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The management of the node: {@code management.*}.
 *
 * @param listen the address that serves health and metrics over HTTP, null for none
 * @param socket the unix domain socket of {@code wkctl}; absolute
 * @param tokenFile the file with the token that {@code wkctl} presents, readable by its owner only; absolute
 */
public record ManagementConfig(@Nullable InetBind listen, Path socket, Path tokenFile) {
    /** The default address of the HTTP pages. */
    public static final InetBind DEFAULT_LISTEN = new InetBind("127.0.0.1", 8081);

    /** Returns a copy in which the files of one directory are moved to another. */
    public ManagementConfig moved(Path from, Path to) {
        return new ManagementConfig(listen, moved(socket, from, to), moved(tokenFile, from, to));
    }

    private static Path moved(Path file, Path from, Path to) {
        return file.startsWith(from) ? to.resolve(from.relativize(file)) : file;
    }
}
