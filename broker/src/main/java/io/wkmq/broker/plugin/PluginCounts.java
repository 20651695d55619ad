package io.wkmq.broker.plugin;

/**
 * The failures of a plugin since it was loaded.
 *
 * @param failures calls that threw or returned no valid answer
 * @param timeouts calls that exceeded the time limit
 * @param rejections calls that were rejected because the plugin's queue was full
 * @param droppedEvents events that were dropped because its listeners could not keep up
 */
public record PluginCounts(long failures, long timeouts, long rejections, long droppedEvents) {
    static final PluginCounts NONE = new PluginCounts(0, 0, 0, 0);
}
