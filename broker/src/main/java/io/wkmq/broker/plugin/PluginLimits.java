package io.wkmq.broker.plugin;

import io.wkmq.plugins.api.InvalidSettingsException;
import io.wkmq.plugins.api.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * What a plugin may take; settings {@code plugin.<name>.threads}, {@code .queue} and {@code .timeout}, which the plugin does not
 * see.
 *
 * @param threads how many threads its work has
 * @param queueMax how many calls, and how many events, may wait
 * @param timeout how long an answer may take
 */
record PluginLimits(int threads, int queueMax, Duration timeout) {
    /** Takes the settings that are meant for the broker out of a plugin's settings. */
    static PluginLimits take(String prefix, Map<String, String> settings) throws InvalidSettingsException {
        Map<String, String> own = new HashMap<>();
        for (String key : new String[] {"threads", "queue", "timeout"}) {
            String value = settings.remove(key);
            if (value != null) {
                own.put(key, value);
            }
        }
        int processors = Runtime.getRuntime().availableProcessors();
        Settings reader = new Settings(prefix, Path.of(""), own);
        PluginLimits limits = new PluginLimits(
                reader.integer("threads", Math.max(1, processors / 2), 1, 256),
                reader.integer("queue", 1_000, 1, 1_000_000),
                reader.duration("timeout", Duration.ofSeconds(5), Duration.ofMillis(10), Duration.ofMinutes(5)));
        reader.check();
        return limits;
    }
}
