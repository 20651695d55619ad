package io.wkmq.broker.plugin;

/**
 * How often a plugin let the broker down since it was loaded.
 *
 * @param failures calls that threw or answered with nothing
 * @param timeouts answers that did not come in time
 * @param rejections calls refused because the plugin's queue was full
 * @param droppedEvents events that its listeners could not keep up with
 */
public record PluginCounts(long failures, long timeouts, long rejections, long droppedEvents) {
    static final PluginCounts NONE = new PluginCounts(0, 0, 0, 0);
}
