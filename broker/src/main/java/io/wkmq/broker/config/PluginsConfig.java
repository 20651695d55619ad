package io.wkmq.broker.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Plugins: {@code plugins.*}.
 *
 * @param dir the directory of the plugin jars; absolute
 * @param loaded the names of the plugins to load, in order
 * @param settings the unvalidated settings of each loaded plugin, by plugin name, without the prefix {@code plugin.<name>.};
 *     those of {@code auth-file} include {@code acl}, set by {@code mqtt.acl_file}; may contain secrets
 */
public record PluginsConfig(Path dir, List<String> loaded, Map<String, Map<String, String>> settings) {
    /** Takes immutable copies. */
    public PluginsConfig {
        loaded = List.copyOf(loaded);
        settings = settings.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> Map.copyOf(entry.getValue())));
    }

    /** Omits the settings, whose values may be secret. */
    @Override
    public String toString() {
        return "PluginsConfig[dir=" + dir + ", loaded=" + loaded + "]";
    }
}
