package io.wkmq.broker.config;

import java.nio.file.Path;
import java.util.List;

/**
 * The whole configuration of a node, read once at start. Immutable. All paths in it are absolute.
 *
 * @param home the directory that relative paths of the configuration start from
 * @param node the node itself
 * @param log where it logs
 * @param mqtt what MQTT clients may do
 * @param overload where it begins to refuse
 * @param listeners where clients connect; at least one, by protocol and name
 * @param management how it is managed
 * @param storage what is done about trouble on the disk
 * @param plugins the plugins
 * @param cluster how nodes find and keep each other
 * @param rewrite which topics become others
 * @param notices what an administrator should know about lines that were taken but do not act; logged at start
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

    /** The same with the files of the management's usual directory in another one. */
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
