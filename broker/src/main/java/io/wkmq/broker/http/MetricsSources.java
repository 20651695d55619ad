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
 * The parts of a node whose metrics are collected.
 *
 * @param node the node's name
 * @param version the node's version
 * @param statistics routes and retained messages
 * @param connections the connections and their traffic
 * @param sessions the sessions
 * @param listeners the listeners
 * @param access authentication and authorization
 * @param overload overload protection
 * @param storage the durable store
 * @param channels the durable message logs
 * @param cluster the cluster
 * @param alarms the node's alarms
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
