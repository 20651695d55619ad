package io.wkmq.testing.net;

import io.wkmq.testing.mqtt.Wire;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A TCP connection from a host of the lab, through the {@link Relay} there. Not thread-safe. */
final class RelayedWire implements Wire {
    /** Longer than the relay's connect timeout. */
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(20);

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;

    private RelayedWire(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        selector = Selector.open();
        key = channel.register(selector, SelectionKey.OP_READ);
    }

    static RelayedWire open(Path door, String address, int port) throws IOException {
        RelayedWire wire = new RelayedWire(SocketChannel.open(UnixDomainSocketAddress.of(door)));
        byte[] host = address.getBytes(StandardCharsets.US_ASCII);
        wire.write(ByteBuffer.allocate(1 + host.length + Short.BYTES)
                .put((byte) host.length)
                .put(host)
                .putShort((short) port)
                .array());
        byte[] answer = new byte[1];
        if (wire.read(answer, 0, OPEN_LIMIT) != 1 || answer[0] != Relay.CONNECTED) {
            wire.close();
            throw new ConnectException("No connection to " + address + ":" + port);
        }
        return wire;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            if (channel.write(left) == 0) {
                key.interestOps(SelectionKey.OP_WRITE);
                selector.select();
                selector.selectedKeys().clear();
                key.interestOps(SelectionKey.OP_READ);
            }
        }
    }

    @Override
    public int read(byte[] buffer, int offset, Duration limit) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(buffer, offset, buffer.length - offset);
        int count = channel.read(into);
        if (count == 0) {
            selector.select(Math.max(1, limit.toMillis()));
            selector.selectedKeys().clear();
            count = channel.read(into);
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }

    /** Unsupported: a relay cannot reset the connection. */
    @Override
    public void abort() {
        throw new UnsupportedOperationException("a relayed connection can only be closed");
    }
}
