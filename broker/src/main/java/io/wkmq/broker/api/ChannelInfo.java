package io.wkmq.broker.api;

import io.wkmq.broker.http.JsonWriter;

/**
 * What a channel has.
 *
 * @param first the sequence number of its first message; of the next one if it has none
 * @param last that of its last one
 * @param bytes what it takes on the disk of this node
 */
record ChannelInfo(long first, long last, long bytes) {
    /** Writes the fields into an object that is begun. */
    JsonWriter write(JsonWriter object) {
        return object.field("first", first)
                .field("last", last)
                .field("count", last - first + 1)
                .field("bytes", bytes);
    }
}
