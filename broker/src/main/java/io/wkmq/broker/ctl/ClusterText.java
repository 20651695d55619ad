package io.wkmq.broker.ctl;

import io.wkmq.cluster.ClusterStatus;
import io.wkmq.cluster.ClusterStatus.Running;
import io.wkmq.cluster.hazelcast.Encounter;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.transport.LinkStatus;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A cluster in words. */
final class ClusterText {
    private ClusterText() {}

    /** The line that EMQ shows. */
    static String line(ClusterStatus status) {
        String running = term("running_nodes", status.running().stream().map(Running::node));
        String stopped = status.stopped().isEmpty()
                ? ""
                : ',' + term("stopped_nodes", status.stopped().stream().map(ClusterStatus.Stopped::node));
        return Printable.line("Cluster status: [" + running + stopped + ']');
    }

    private static String term(String name, Stream<Node> nodes) {
        return nodes.map(node -> "'" + node.name() + "'").collect(Collectors.joining(",", '{' + name + ",[", "]}"));
    }

    /** What a node at an address is to the one of this status. */
    static String encounter(Encounter met, ClusterStatus status) {
        Node node = met.node();
        String name = node == null ? "" : node.name().toString();
        return switch (met.kind()) {
            case SELF -> "this node" + (met.text().isEmpty() ? "" : ": " + met.text());
            case TAKES ->
                node == null
                        ? "a node"
                        : status.running(node)
                                .map(member -> "member " + name + link(member))
                                .orElse("not joined: " + name + " would take this node");
            case REFUSES -> (node == null ? "refused: " : "refused by " + name + ": ") + met.text();
            case SILENT -> "no answer: " + met.text();
        };
    }

    private static String link(Running member) {
        LinkStatus link = member.link();
        return link == null ? "" : ", link " + linkState(link);
    }

    /** What a link does. */
    static String linkState(LinkStatus link) {
        String problem = link.state() == LinkStatus.State.OPEN || link.problem().isEmpty() ? "" : ": " + link.problem();
        return link.state().name().toLowerCase(Locale.ROOT) + problem;
    }
}
