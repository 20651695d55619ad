package io.wkmq.broker.ctl;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.cluster.ClusterStatus;
import io.wkmq.cluster.ClusterStatus.Move;
import io.wkmq.cluster.ClusterStatus.Running;
import io.wkmq.cluster.ClusterStatus.Stopped;
import io.wkmq.cluster.hazelcast.RefusedConnection;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.transport.LinkStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A cluster as the fields of a JSON object. Times are seconds since the epoch. */
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
        names(
                object,
                "stopped_nodes",
                status.stopped().stream().map(Stopped::node).toList());
        object.name("nodes").beginArray();
        status.running().forEach(one -> running(one, object));
        status.stopped()
                .forEach(one -> node(one.node(), "stopped", one.address(), one.since(), object)
                        .endObject());
        object.endArray().name("refusals").beginArray();
        status.refusals().forEach(one -> refusal(one, object));
        object.endArray().field("heals", status.heals()).name("moves").beginArray();
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
            Node node, String state, @Nullable SeedAddress address, @Nullable Instant since, JsonWriter object) {
        return object.beginObject()
                .field("name", node.name())
                .field("id", node.id())
                .field("state", state)
                .field("address", address)
                .field("since", since == null ? null : since.getEpochSecond());
    }

    private static void running(Running one, JsonWriter object) {
        node(one.node(), "running", one.address(), one.since(), object);
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
        object.endObject();
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
