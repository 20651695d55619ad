package io.wkmq.broker.plugin;

/**
 * The description of a plugin in {@code plugins list}.
 *
 * @param name its name
 * @param version its version
 * @param description what it does
 * @param active whether it is loaded
 * @param counts its failures
 */
public record PluginInfo(String name, String version, String description, boolean active, PluginCounts counts) {}
