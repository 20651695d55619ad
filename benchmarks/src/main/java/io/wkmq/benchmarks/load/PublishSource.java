package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;

/** Writes the PUBLISH packets of a publisher. */
interface PublishSource {
    /** Returns the approximate size of a packet in bytes. */
    int size();

    /**
     * Appends a PUBLISH.
     *
     * @param duplicate whether it was sent before
     * @param named whether the broker already knows the topic of this connection's alias
     * @param packetId the packet id; not written at QoS 0
     */
    void write(ByteBuf out, boolean duplicate, boolean named, int packetId, long sequence, long timeNs);
}
