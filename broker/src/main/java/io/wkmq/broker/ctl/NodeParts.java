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
 * The parts of a node that commands ask and change.
 *
 * @param facts which node this is
 * @param readiness whether it should get clients
 * @param statistics its figures
 * @param cluster the nodes it works with
 * @param channels its channels
 * @param loops its event loops
 * @param connections its clients
 * @param sessions its sessions
 * @param routes who wants what
 * @param retained its retained messages
 * @param retainedCount how many there are
 * @param listeners where clients come in
 * @param plugins its plugins
 * @param hooks what plugins registered, commands among it
 * @param banned who must not connect
 * @param alarms what is wrong with it
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
