package io.wkmq.broker.plugin;

import io.wkmq.plugins.api.InvalidSettingsException;
import io.wkmq.plugins.api.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The limits of a plugin, from the settings {@code plugin.<name>.threads}, {@code .queue} and {@code .timeout}, which are
 * hidden from the plugin itself.
 *
 * @param threads the number of worker threads
 * @param queueMax the maximum number of waiting calls, and that of waiting events
 * @param timeout the time limit of a call
 */
record PluginLimits(int threads, int queueMax, Duration timeout) {
    /** Removes the settings that are meant for the broker from a plugin's settings and returns their values. */
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
