package io.wkmq.broker.ctl;

import io.wkmq.cluster.ClusterStatus;
import io.wkmq.cluster.ClusterStatus.Running;
import io.wkmq.cluster.ClusterStatus.Stopped;
import io.wkmq.cluster.hazelcast.Encounter;
import io.wkmq.cluster.membership.MembershipStatus.Heal;
import io.wkmq.cluster.membership.MembershipStatus.KeptOut;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.transport.LinkStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Renders a cluster status as text. */
final class ClusterText {
    private ClusterText() {}

    /** Returns EMQ's status line. */
    static String line(ClusterStatus status) {
        String running = term(
                "running_nodes",
                status.running().stream().map(one -> one.node().name().toString()));
        List<String> dead = dead(status);
        String stopped = dead.isEmpty() ? "" : ',' + term("stopped_nodes", dead.stream());
        return Printable.line("Cluster status: [" + running + stopped + ']');
    }

    /** Returns the remarks that follow that line if anything is unusual, each preceded by a line break. */
    static String remarks(ClusterStatus status) {
        List<String> remarks = new ArrayList<>();
        KeptOut keptOut = status.keptOut();
        if (keptOut != null) {
            remarks.add(keptOut.why());
        }
        status.running().forEach(one -> {
            LinkStatus link = one.link();
            if (link != null && link.state() == LinkStatus.State.UNREACHABLE) {
                remarks.add("Not reached: " + one.node().name() + ", link " + linkState(link));
            }
        });
        status.cuts().forEach(cut -> remarks.add("Broken: " + cut));
        Heal last = status.heals().last();
        if (last != null) {
            remarks.add("Splits that healed: " + status.heals().count() + ", the last one at " + time(last.at()));
        }
        return remarks.stream().map(remark -> '\n' + Printable.line(remark)).collect(Collectors.joining());
    }

    static String time(@Nullable Instant at) {
        return at == null ? "never" : at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Returns the number of nodes, as in {@code wkmq, 2 nodes running, 1 stopped}. */
    static String size(ClusterStatus status) {
        int running = status.running().size();
        int dead = dead(status).size();
        return status.cluster() + ", " + running + (running == 1 ? " node" : " nodes") + " running"
                + (dead == 0 ? "" : ", " + dead + " stopped");
    }

    /** Returns the stopped nodes that are expected to come back; EMQ lists only these. */
    static List<String> dead(ClusterStatus status) {
        return status.stopped().stream()
                .filter(Stopped::dead)
                .map(Stopped::name)
                .toList();
    }

    private static String term(String name, Stream<String> nodes) {
        return nodes.map(node -> "'" + node + "'").collect(Collectors.joining(",", '{' + name + ",[", "]}"));
    }

    /** Describes how the node at an address relates to this cluster. */
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

    /** Returns the state of a link and its problem, if any. */
    static String linkState(LinkStatus link) {
        String problem = link.state() == LinkStatus.State.OPEN || link.problem().isEmpty() ? "" : ": " + link.problem();
        return link.state().name().toLowerCase(Locale.ROOT) + problem;
    }
}
