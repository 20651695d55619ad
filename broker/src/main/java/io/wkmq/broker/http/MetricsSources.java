package io.wkmq.broker.http;

import io.wkmq.broker.alarm.Alarms;
import io.wkmq.broker.auth.AccessControl;
import io.wkmq.broker.connection.Connections;
import io.wkmq.broker.listener.Listeners;
import io.wkmq.broker.overload.OverloadGuard;
import io.wkmq.broker.stats.NodeStatistics;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.cluster.Cluster;
import io.wkmq.session.Sessions;
import io.wkmq.session.mvstore.MvStorage;

/**
 * The parts of a node that are measured.
 *
 * @param node the node's name
 * @param version the node's version
 * @param statistics routes and retained messages
 * @param connections what passes through connections
 * @param sessions what happens in sessions
 * @param listeners where clients come in
 * @param access who was let in
 * @param overload who was kept out
 * @param storage what is on disk
 * @param channels its durable logs of messages
 * @param cluster the nodes it works with
 * @param alarms what is wrong with it
 */
public record MetricsSources(
        String node,
        String version,
        NodeStatistics statistics,
        Connections connections,
        Sessions sessions,
        Listeners listeners,
        AccessControl access,
        OverloadGuard overload,
        MvStorage storage,
        NodeChannels channels,
        Cluster cluster,
        Alarms alarms) {}
