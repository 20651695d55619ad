package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;

/** What a client does once it is connected. Every method is called on the client's loop. */
interface Role {
    /** CONNACK accepted the client on a new connection. {@link Client#ready} says that the role can begin. */
    void connected(Client client, ClientConnection connection, Connack connack);

    /** A packet other than CONNACK, PINGRESP and DISCONNECT; see {@link PacketCutter.Sink#packet}. */
    void packet(int header, ByteBuf in, int start, int end);

    /** A burst of packets is over; what is written in this call leaves with the answers to them. */
    void readComplete();

    /** The socket takes more again. */
    void writable();

    /** The connection is gone. */
    void disconnected();
}
