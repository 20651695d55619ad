package io.wkmq.cluster;

import io.wkmq.cluster.ClusterStatus.Running;
import io.wkmq.cluster.ClusterStatus.Stopped;
import io.wkmq.cluster.discovery.Discovery;
import io.wkmq.cluster.discovery.DiscoveryReport;
import io.wkmq.cluster.discovery.KnownPeer;
import io.wkmq.cluster.hazelcast.HazelcastMembership;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.transport.NodeLinks;
import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what the parts of a node know of the cluster.
 *
 * @param cluster the cluster's name
 * @param address where this node takes members, or null
 * @param membership who is here
 * @param links the links to them
 * @param discovery who was met
 * @param chronicle since when
 */
record StatusReader(
        String cluster,
        @Nullable SeedAddress address,
        HazelcastMembership membership,
        NodeLinks links,
        Discovery discovery,
        Chronicle chronicle) {
    ClusterStatus read() {
        DiscoveryReport report = discovery.report();
        List<Running> running = running();
        return new ClusterStatus(
                cluster,
                membership.self().node(),
                running,
                stopped(report, running),
                membership.refusals(),
                discovery.founding(),
                report,
                chronicle.moves(),
                chronicle.heals());
    }

    private List<Running> running() {
        Map<NodeId, SeedAddress> addresses = membership.addresses();
        List<Running> running = new ArrayList<>();
        Node self = membership.self().node();
        running.add(new Running(self, address, chronicle.hereSince(self.id()), null));
        for (Peer peer : membership.peers()) {
            running.add(new Running(
                    peer.node(), addresses.get(peer.id()), chronicle.hereSince(peer.id()), links.status(peer.id())));
        }
        running.sort(Comparator.comparing(one -> one.node().name().toString()));
        return running;
    }

    private List<Stopped> stopped(DiscoveryReport report, List<Running> running) {
        Set<NodeId> here = new HashSet<>();
        running.forEach(one -> here.add(one.node().id()));
        List<Stopped> stopped = new ArrayList<>();
        for (KnownPeer known : report.peers()) {
            NodeId id = known.node().id();
            if (!here.contains(id)) {
                stopped.add(new Stopped(known.node(), known.address(), chronicle.goneSince(id)));
            }
        }
        stopped.sort(Comparator.comparing(one -> one.node().name().toString()));
        return stopped;
    }
}
