package io.wkmq.broker.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Plugins: {@code plugins.*}.
 *
 * @param dir the directory of their jars; absolute
 * @param loaded the names of those that are loaded, in order
 * @param usersFile the users of the plugin {@code auth_file}; absolute; need not exist
 */
public record PluginsConfig(Path dir, List<String> loaded, Path usersFile) {
    /** Takes an immutable copy of the names. */
    public PluginsConfig {
        loaded = List.copyOf(loaded);
    }
}
