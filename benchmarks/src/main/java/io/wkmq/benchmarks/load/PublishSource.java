package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;

/** Writes a publisher's packets. */
interface PublishSource {
    /** About how many bytes a packet has. */
    int size();

    /**
     * Appends a PUBLISH.
     *
     * @param duplicate whether it was sent before
     * @param named whether the broker has the topic name of this connection's alias already
     * @param packetId not written at QoS 0
     */
    void write(ByteBuf out, boolean duplicate, boolean named, int packetId, long sequence, long timeNs);
}
