package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up the nodes that are no longer to be waited for. Runs on the event thread.
 *
 * @param chronicle knows which nodes are absent, and since when
 * @param removed the nodes that were removed
 * @param search stops looking for the nodes
 * @param table notifies the listeners
 */
record Forgetting(Chronicle chronicle, RemovedNodes removed, Search search, PeerTable table) {
    private static final Logger LOG = LoggerFactory.getLogger(Forgetting.class);

    void clean() {
        for (Departures.GivenUp each : chronicle.clean(removed.nodes())) {
            Node node = each.node();
            LOG.info(
                    "Nobody waits for node {} any more, id={} comes_back={}",
                    node.name(),
                    node.id(),
                    each.mayComeBack());
            if (each.mayComeBack()) {
                search.giveUp(node.id());
            } else {
                search.forget(node.id());
            }
            table.tellCleaned(node, each.mayComeBack());
        }
    }
}
