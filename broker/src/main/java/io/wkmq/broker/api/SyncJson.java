package io.wkmq.broker.api;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.channel.engine.SyncReport;
import java.util.function.ToLongFunction;

/** Writes the result of repairing replicas as JSON. Stateless. */
final class SyncJson {
    private SyncJson() {}

    /**
     * Returns a report as JSON.
     *
     * @param self the name of this node
     */
    static String of(SyncReport report, String self) {
        JsonWriter json = new JsonWriter()
                .beginObject()
                .field("state", state(report.done()))
                .field("compared", report.compared())
                .field("channels", sum(report, node -> node.scrubbed().channels()))
                .field("bytes", sum(report, node -> node.scrubbed().bytes()))
                .field("damaged", sum(report, node -> node.scrubbed().damaged()))
                .field("repaired", sum(report, node -> node.scrubbed().repaired()))
                .field("refilled", sum(report, node -> node.refilled().size()))
                .name("nodes")
                .beginArray();
        report.nodes().forEach(node -> write(node, self, json));
        return json.endArray().endObject().toString();
    }

    private static long sum(SyncReport report, ToLongFunction<SyncReport.Node> of) {
        return report.nodes().stream().mapToLong(of).sum();
    }

    private static String state(boolean done) {
        return done ? "done" : "running";
    }

    private static void write(SyncReport.Node node, String self, JsonWriter json) {
        json.beginObject()
                .field("node", node.node() == null ? self : node.node())
                .field("state", state(node.scrubbed().done()))
                .field("channels", node.scrubbed().channels())
                .field("bytes", node.scrubbed().bytes())
                .field("damaged", node.scrubbed().damaged())
                .field("repaired", node.scrubbed().repaired())
                .name("refilled")
                .beginArray();
        node.refilled().forEach(json::value);
        json.endArray().field("problem", node.problem()).endObject();
    }
}
