package io.wkmq.broker.api;

import io.wkmq.broker.http.JsonWriter;
import io.wkmq.channel.engine.ChannelVersion;
import java.util.List;

/** Writes the state of channels' replicas as JSON. Stateless. */
final class VersionJson {
    private VersionJson() {}

    /**
     * Returns the versions as JSON.
     *
     * @param self the name of this node
     */
    static String of(List<ChannelVersion> versions, String self) {
        JsonWriter json = new JsonWriter()
                .beginObject()
                .field("consistent", versions.stream().allMatch(ChannelVersion::sound))
                .name("channels")
                .beginArray();
        for (ChannelVersion version : versions) {
            json.beginObject()
                    .field("channel", version.channel())
                    .field("consistent", version.sound())
                    .field("compared_up_to", version.last())
                    .field("records_read", version.records())
                    .name("replicas")
                    .beginArray();
            version.replicas().forEach(replica -> write(replica, self, json));
            json.endArray().endObject();
        }
        return json.endArray().endObject().toString();
    }

    private static void write(ChannelVersion.Replica replica, String self, JsonWriter json) {
        json.beginObject()
                .field("node", replica.node() == null ? self : replica.node())
                .field("first_seq", replica.first())
                .field("last_seq", replica.last())
                .field("count", replica.count())
                .field("digest", replica.digest() == null ? null : Long.toHexString(replica.digest()))
                .field("problem", replica.problem())
                .endObject();
    }
}
