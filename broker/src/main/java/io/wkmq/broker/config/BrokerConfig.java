package io.wkmq.broker.config;

import java.nio.file.Path;
import java.util.List;

/**
 * The entire configuration of a node, read once at start. Immutable. All paths are absolute.
 *
 * @param home the base directory of relative paths in the configuration
 * @param node the node itself
 * @param log logging
 * @param mqtt the limits and rules for MQTT clients
 * @param overload the limits beyond which the node refuses work
 * @param listeners the listeners, by protocol and name; at least one
 * @param management the management interface
 * @param storage the handling of disk trouble
 * @param plugins the plugins
 * @param cluster discovery and membership of the cluster
 * @param rewrite the topic rewrite rules
 * @param notices remarks about settings that were accepted but have no effect, for administrators; logged at start
 */
public record BrokerConfig(
        Path home,
        NodeConfig node,
        LogConfig log,
        MqttConfig mqtt,
        OverloadConfig overload,
        List<ListenerConfig> listeners,
        ManagementConfig management,
        StorageConfig storage,
        PluginsConfig plugins,
        ClusterConfig cluster,
        RewriteConfig rewrite,
        List<String> notices) {
    /** Takes immutable copies of the lists. */
    public BrokerConfig {
        listeners = List.copyOf(listeners);
        notices = List.copyOf(notices);
    }

    /** Returns a copy in which the management files of the usual directory are moved to another one. */
    public BrokerConfig runningIn(Path usual, Path actual) {
        return new BrokerConfig(
                home,
                node,
                log,
                mqtt,
                overload,
                listeners,
                management.moved(usual, actual),
                storage,
                plugins,
                cluster,
                rewrite,
                notices);
    }
}
