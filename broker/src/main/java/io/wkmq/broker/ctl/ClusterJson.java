package io.wkmq.broker.ctl;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.cluster.ClusterStatus;
import io.wkmq.cluster.ClusterStatus.Move;
import io.wkmq.cluster.ClusterStatus.Running;
import io.wkmq.cluster.hazelcast.RefusedConnection;
import io.wkmq.cluster.membership.MembershipStatus.Cut;
import io.wkmq.cluster.membership.MembershipStatus.Heal;
import io.wkmq.cluster.membership.MembershipStatus.Heals;
import io.wkmq.cluster.membership.MembershipStatus.KeptOut;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.transport.LinkStatus;
import io.wkmq.routing.NodeId;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes a cluster status as the fields of a JSON object. Times are seconds since the epoch. */
final class ClusterJson {
    private ClusterJson() {}

    static void write(ClusterStatus status, JsonWriter object) {
        object.field("cluster", status.cluster())
                .field("node", status.self().name())
                .field("id", status.self().id());
        names(
                object,
                "running_nodes",
                status.running().stream().map(Running::node).toList());
        object.name("stopped_nodes").beginArray();
        ClusterText.dead(status).forEach(object::value);
        object.endArray();
        object.name("nodes").beginArray();
        status.running().forEach(one -> running(one, object));
        status.stopped()
                .forEach(one -> node(one.name(), one.id(), "stopped", one.address(), one.since(), object)
                        .field("why", one.why().name().toLowerCase(Locale.ROOT))
                        .endObject());
        object.endArray().name("cuts").beginArray();
        status.cuts().forEach(one -> cut(one, object));
        object.endArray().name("refusals").beginArray();
        status.refusals().forEach(one -> refusal(one, object));
        object.endArray().name("heals").beginObject();
        heals(status.heals(), object);
        object.endObject();
        KeptOut keptOut = status.keptOut();
        object.field("kept_out", keptOut == null ? null : keptOut.why())
                .name("moves")
                .beginArray();
        status.moves().forEach(one -> move(one, object));
        object.endArray().name("founding").beginObject();
        object.field("met", status.founding().met())
                .field("expected", status.founding().expected())
                .field("why", status.founding().why())
                .endObject();
    }

    private static void names(JsonWriter object, String name, List<Node> nodes) {
        object.name(name).beginArray();
        nodes.forEach(node -> object.value(node.name()));
        object.endArray();
    }

    private static JsonWriter node(
            Object name, NodeId id, String state, @Nullable SeedAddress address, Instant since, JsonWriter object) {
        return object.beginObject()
                .field("name", name)
                .field("id", id)
                .field("state", state)
                .field("address", address)
                .field("since", since.getEpochSecond());
    }

    private static void running(Running one, JsonWriter object) {
        node(one.node().name(), one.node().id(), "running", one.address(), one.since(), object);
        LinkStatus link = one.link();
        if (link != null) {
            object.name("link")
                    .beginObject()
                    .field("state", link.state().name().toLowerCase(Locale.ROOT))
                    .field("problem", link.problem())
                    .field("queued_bytes", link.queuedBytes())
                    .field("port", link.peer().linkPort())
                    .endObject();
        }
        object.name("routes")
                .beginObject()
                .field("count", one.routes().count())
                .field("hash", HexFormat.of().toHexDigits(one.routes().hash()))
                .endObject();
        object.endObject();
    }

    private static void cut(Cut cut, JsonWriter object) {
        object.beginObject()
                .field("one", cut.one().name())
                .field("other", cut.other().name())
                .field("since", cut.since().getEpochSecond())
                .endObject();
    }

    private static void heals(Heals heals, JsonWriter object) {
        object.field("count", heals.count()).field("failed", heals.failed());
        Heal last = heals.last();
        if (last == null) {
            object.field("last", null);
            return;
        }
        object.name("last").beginObject().field("at", last.at().getEpochSecond());
        names(object, "stayed", last.stayed());
        names(object, "came_back", last.cameBack());
        object.field("apart_ms", last.apart().toMillis()).endObject();
    }

    private static void refusal(RefusedConnection refusal, JsonWriter object) {
        object.beginObject()
                .field("at", refusal.at().getEpochSecond())
                .field("remote", refusal.remote())
                .field("connected_by", refusal.ours() ? "this node" : "the other")
                .field("refused_by", refusal.byPeer() ? "the other" : "this node")
                .field("code", refusal.code().name().toLowerCase(Locale.ROOT))
                .field("text", refusal.text())
                .endObject();
    }

    private static void move(Move move, JsonWriter object) {
        object.beginObject()
                .field("at", move.at().getEpochSecond())
                .field("ordered", move.merge().ordered())
                .field("failed", move.merge().failed())
                .field("took_ms", move.merge().time().toMillis());
        names(object, "before", move.merge().before());
        names(object, "after", move.merge().after());
        object.endObject();
    }
}
