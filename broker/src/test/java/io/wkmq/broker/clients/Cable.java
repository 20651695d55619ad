package io.wkmq.broker.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The network between clients and a node: a port that stays the same whatever node it leads to, connections that a test can cut, and byte
 * counts. Thread-safe.
 */
final class Cable implements AutoCloseable {
    private static final int NOWHERE = 0;
    private static final int BUFFER_BYTES = 16 * 1024;

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytesUp = new AtomicLong();
    private final AtomicLong bytesDown = new AtomicLong();
    private volatile int target;

    Cable(int target) {
        this.target = target;
        try {
            server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Bytes from clients to nodes so far. */
    long bytesUp() {
        return bytesUp.get();
    }

    /** Bytes from nodes to clients so far. */
    long bytesDown() {
        return bytesDown.get();
    }

    /** Ends all connections at once; new ones lead to that port. */
    void plugInto(int port) {
        target = port;
        sockets.forEach(Cable::end);
    }

    /** Ends all connections at once; new ones end at once too. */
    void unplug() {
        plugInto(NOWHERE);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                // closed, or the node is gone: the client sees that its connection has ended
            }
        }
    }

    private void connect(Socket client) throws IOException {
        sockets.add(client);
        int port = target;
        if (port == NOWHERE) {
            end(client);
            return;
        }
        Socket node = new Socket();
        sockets.add(node);
        try {
            node.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            end(client);
            end(node);
            throw e;
        }
        client.setTcpNoDelay(true);
        node.setTcpNoDelay(true);
        threads.execute(() -> copy(client, node, bytesUp));
        threads.execute(() -> copy(node, client, bytesDown));
        if (target != port) {
            end(client);
            end(node);
        }
    }

    private void copy(Socket from, Socket to, AtomicLong count) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                count.addAndGet(read);
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // one end is gone, so is the other
        } finally {
            sockets.remove(from);
            sockets.remove(to);
            end(from);
            end(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        unplug();
        threads.shutdownNow();
    }
}
