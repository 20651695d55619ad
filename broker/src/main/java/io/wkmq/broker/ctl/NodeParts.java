package io.wkmq.broker.ctl;

import io.wkmq.broker.alarm.Alarms;
import io.wkmq.broker.auth.BannedClients;
import io.wkmq.broker.connection.Connections;
import io.wkmq.broker.http.Readiness;
import io.wkmq.broker.listener.Listeners;
import io.wkmq.broker.loop.EventLoops;
import io.wkmq.broker.plugin.HookRegistry;
import io.wkmq.broker.plugin.PluginLoader;
import io.wkmq.broker.stats.NodeFacts;
import io.wkmq.broker.stats.NodeStatistics;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.cluster.Cluster;
import io.wkmq.routing.RouteTable;
import io.wkmq.session.Retained;
import io.wkmq.session.Sessions;
import io.wkmq.session.ShardSubscribers;
import java.util.function.IntSupplier;

/**
 * The parts of a node that commands query and change.
 *
 * @param facts the identity of this node
 * @param readiness whether the node should receive clients
 * @param statistics its statistics
 * @param cluster the cluster it belongs to
 * @param channels its channels
 * @param loops its event loops
 * @param connections its client connections
 * @param sessions its sessions
 * @param routes its route table
 * @param retained its retained messages
 * @param retainedCount the number of retained messages
 * @param listeners its listeners
 * @param plugins its plugins
 * @param hooks the hooks registered by plugins, including commands
 * @param banned who must not connect
 * @param alarms its alarms
 */
public record NodeParts(
        NodeFacts facts,
        Readiness readiness,
        NodeStatistics statistics,
        Cluster cluster,
        NodeChannels channels,
        EventLoops loops,
        Connections connections,
        Sessions sessions,
        RouteTable<ShardSubscribers> routes,
        Retained retained,
        IntSupplier retainedCount,
        Listeners listeners,
        PluginLoader plugins,
        HookRegistry hooks,
        BannedClients banned,
        Alarms alarms) {}
