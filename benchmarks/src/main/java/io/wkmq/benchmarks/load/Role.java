package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;

/** What a client does once it is connected. All methods are called on the client's event loop. */
interface Role {
    /** Called when CONNACK has accepted the client on a new connection. The role calls {@link Client#ready} when it can begin. */
    void connected(Client client, ClientConnection connection, Connack connack);

    /** Called for each packet other than CONNACK, PINGRESP and DISCONNECT; see {@link PacketCutter.Sink#packet}. */
    void packet(int header, ByteBuf in, int start, int end);

    /** Called at the end of a burst of packets; what is written here is flushed together with the answers to them. */
    void readComplete();

    /** Called when the socket accepts more data again. */
    void writable();

    /** Called when the connection has ended. */
    void disconnected();
}
