package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up the nodes that are not to be waited for. On the event thread.
 *
 * @param chronicle knows who is not here, and since when
 * @param removed who was removed
 * @param search does not look for them any more
 * @param table tells the listeners
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
