package io.wkmq.benchmarks.load;

import io.netty.buffer.ByteBuf;

/** The role of a client that disconnects as soon as it is connected. */
final class Visitor implements Role {
    @Override
    public void connected(Client client, ClientConnection connection, Connack connack) {
        client.ready();
        client.sayFarewell();
    }

    @Override
    public void packet(int header, ByteBuf in, int start, int end) {}

    @Override
    public void readComplete() {}

    @Override
    public void writable() {}

    @Override
    public void disconnected() {}
}
