package io.wkmq.broker.ctl;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.cluster.ClusterStatus;
import io.wkmq.cluster.ClusterStatus.Move;
import io.wkmq.cluster.ClusterStatus.Stopped;
import io.wkmq.cluster.discovery.DiscoveryReport;
import io.wkmq.cluster.hazelcast.Encounter;
import io.wkmq.cluster.hazelcast.RefusedConnection;
import io.wkmq.cluster.membership.MembershipStatus.Heal;
import io.wkmq.cluster.membership.MembershipStatus.Heals;
import io.wkmq.cluster.membership.MembershipStatus.KeptOut;
import io.wkmq.cluster.membership.Node;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A report on why nodes are or are not in the cluster.
 *
 * @param status the state of the cluster as this node knows it
 * @param met what was just found at each known address
 */
record Diagnosis(ClusterStatus status, List<Encounter> met) {
    void answer(Answer answer) {
        answer.object(text(), object -> {
            ClusterJson.write(status, object);
            addresses(met, status, object);
            discovery(status.discovery(), object);
        });
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "Node " + status.self().name() + ", id " + status.self().id() + ", of the cluster '" + status.cluster()
                        + "'");
        line(text, ClusterText.line(status));
        if (!status.founding().met()) {
            line(text, "Not accepting clients yet: " + status.founding().why());
        }
        line(text, "Addresses:");
        met.forEach(one -> line(text, "  " + one.address() + "  " + ClusterText.encounter(one, status)));
        if (!status.stopped().isEmpty()) {
            line(text, "Nodes that are not here:");
            status.stopped().forEach(one -> line(text, "  " + stopped(one)));
        }
        KeptOut keptOut = status.keptOut();
        if (keptOut != null) {
            line(text, "Kept out: " + keptOut.why());
        }
        status.cuts().forEach(cut -> line(text, "Broken: " + cut + ", noticed at " + ClusterText.time(cut.since())));
        line(text, heals(status.heals()));
        DiscoveryReport report = status.discovery();
        line(text, "Discovery: " + summary(report));
        report.remarks().forEach(remark -> line(text, "  " + remark));
        if (report.peersFile() != null) {
            line(text, "  data/peers: " + report.peersFile());
        }
        if (!status.refusals().isEmpty()) {
            line(text, "Refused connections:");
            status.refusals().forEach(one -> line(text, "  " + refusal(one)));
        }
        if (!status.moves().isEmpty()) {
            line(text, "Moves between clusters:");
            status.moves().forEach(one -> line(text, "  " + move(one)));
        }
        return text.substring(0, text.length() - 1);
    }

    private static void line(StringBuilder text, String line) {
        text.append(Printable.line(line)).append('\n');
    }

    private static String stopped(Stopped stopped) {
        return stopped.name() + (stopped.address() == null ? "" : " at " + stopped.address()) + ", "
                + stopped.why().name().toLowerCase(Locale.ROOT) + " since " + ClusterText.time(stopped.since());
    }

    /** Summarizes the last result of a discovery strategy. */
    static String summary(DiscoveryReport report) {
        String last = report.failure() == null
                ? report.found().size() + " addresses, looked " + report.looks() + " times, last at "
                        + ClusterText.time(report.lastLook())
                : "no answer, " + report.failures() + " times in a row: " + report.failure();
        String register = report.registerFailure() == null
                ? ""
                : "; this node cannot make itself known: " + report.registerFailure();
        return "strategy " + report.strategy() + ", " + last + register;
    }

    private static String heals(Heals heals) {
        Heal last = heals.last();
        return "Splits that healed: " + heals.count()
                + (last == null
                        ? ""
                        : ", the last one at " + ClusterText.time(last.at()) + " after "
                                + last.apart().toSeconds() + " s, " + names(last.stayed()) + " and "
                                + names(last.cameBack()));
    }

    private static String refusal(RefusedConnection one) {
        return ClusterText.time(one.at()) + ' ' + (one.ours() ? "to " : "from ") + one.remote() + ", refused by "
                + (one.byPeer() ? "the other node" : "this node") + ", "
                + one.code().name().toLowerCase(Locale.ROOT) + ": " + one.text();
    }

    private static String move(Move move) {
        return ClusterText.time(move.at())
                + (move.merge().ordered() ? " ordered, " : move.merge().failed() ? " failed, " : " heal, ")
                + "with " + names(move.merge().before()) + " before, with "
                + names(move.merge().after()) + " after " + move.merge().time().toMillis() + " ms";
    }

    private static String names(List<Node> nodes) {
        return nodes.stream().map(node -> node.name().toString()).collect(Collectors.joining(", ", "[", "]"));
    }

    static void addresses(List<Encounter> met, ClusterStatus status, JsonWriter object) {
        object.name("addresses").beginArray();
        met.forEach(one -> {
            Node node = one.node();
            object.beginObject()
                    .field("address", one.address())
                    .field("node", node == null ? null : node.name())
                    .field("member", node != null && status.running(node).isPresent())
                    .field("seen", one.kind().name().toLowerCase(Locale.ROOT))
                    .field("text", ClusterText.encounter(one, status))
                    .endObject();
        });
        object.endArray();
    }

    static void discovery(DiscoveryReport report, JsonWriter object) {
        object.name("discovery")
                .beginObject()
                .field("strategy", report.strategy())
                .field("looks", report.looks())
                .field("took_ms", report.took().toMillis())
                .field("failure", report.failure())
                .field("registered", report.registered())
                .field("register_failure", report.registerFailure())
                .name("found")
                .beginArray();
        report.found().forEach(object::value);
        object.endArray().name("remarks").beginArray();
        report.remarks().forEach(object::value);
        object.endArray().endObject();
    }
}
