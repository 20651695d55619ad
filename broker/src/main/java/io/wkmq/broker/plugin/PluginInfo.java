package io.wkmq.broker.plugin;

/**
 * What {@code plugins list} shows of a plugin.
 *
 * @param name its name
 * @param version its version
 * @param description what it does
 * @param active whether it is loaded
 * @param counts how often it let the broker down
 */
public record PluginInfo(String name, String version, String description, boolean active, PluginCounts counts) {}
