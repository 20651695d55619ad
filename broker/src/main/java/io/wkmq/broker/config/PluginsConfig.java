package io.wkmq.broker.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Plugins: {@code plugins.*}.
 *
 * @param dir the directory of their jars; absolute
 * @param loaded the names of those that are loaded, in order
 * @param settings of each loaded plugin, by its name: what stands after {@code plugin.<name>.}, not checked; of {@code
 *     auth-file} also {@code acl}, which {@code mqtt.acl_file} sets. May hold secrets
 */
public record PluginsConfig(Path dir, List<String> loaded, Map<String, Map<String, String>> settings) {
    /** Takes immutable copies. */
    public PluginsConfig {
        loaded = List.copyOf(loaded);
        settings = settings.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> Map.copyOf(entry.getValue())));
    }

    /** Without the settings' values, which may be secret. */
    @Override
    public String toString() {
        return "PluginsConfig[dir=" + dir + ", loaded=" + loaded + "]";
    }
}
