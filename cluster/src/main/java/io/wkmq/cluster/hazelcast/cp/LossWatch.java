package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import com.hazelcast.internal.nio.ConnectionListener;
import com.hazelcast.internal.server.ServerConnection;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects at once that the process of a member has ended: a connection breaks, and a new one is refused. Any other end of a connection is
 * left to the heartbeats. Thread-safe.
 */
final class LossWatch implements ConnectionListener<ServerConnection> {
    private static final Logger LOG = LoggerFactory.getLogger(LossWatch.class);

    private static final int CONNECT_MS = 300;

    private final Executor executor;
    private final Consumer<Address> onLost;
    private final Consumer<Address> onFound;

    LossWatch(Executor executor, Consumer<Address> onLost, Consumer<Address> onFound) {
        this.executor = executor;
        this.onLost = onLost;
        this.onFound = onFound;
    }

    @Override
    public void connectionAdded(ServerConnection connection) {
        Address address = connection.getRemoteAddress();
        if (address != null) {
            onFound.accept(address);
        }
    }

    @Override
    public void connectionRemoved(ServerConnection connection) {
        Address address = connection.getRemoteAddress();
        if (address != null) {
            executor.execute(() -> probe(address));
        }
    }

    private void probe(Address address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_MS);
        } catch (ConnectException e) {
            LOG.info("The member at {} is gone: {}", address, e.getMessage());
            onLost.accept(address);
        } catch (IOException e) {
            LOG.debug("Nobody knows whether the member at {} is gone: {}", address, e.getMessage());
        }
    }
}
