package io.wkmq.cluster.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A port in front of a node's own, so that connections can be cut or fall silent. */
final class Wire implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean silentThere;
    private volatile boolean silentBack;
    private volatile LongSupplier life = () -> Long.MAX_VALUE;
    private volatile boolean down;

    Wire(int target) {
        this.target = target;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("wire-accept", this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Cuts all connections; new ones can be made. */
    void cut() {
        sockets.forEach(Wire::closeQuietly);
    }

    /** Cuts all connections and takes no new ones, or takes some again. */
    void down(boolean on) {
        down = on;
        if (on) {
            cut();
        }
    }

    /** Passes nothing on, though connections stay. */
    void silent(boolean on) {
        silentThere = on;
        silentBack = on;
    }

    /** Passes nothing on of what the node behind the port says. */
    void silentBack(boolean on) {
        silentBack = on;
    }

    /** Each new connection ends after so many bytes in one of its directions; asked for each direction. */
    void life(LongSupplier bytes) {
        life = bytes;
    }

    private void accept() {
        try {
            while (true) {
                Socket from = server.accept();
                if (down) {
                    closeQuietly(from);
                    continue;
                }
                Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
                from.setTcpNoDelay(true);
                to.setTcpNoDelay(true);
                sockets.add(from);
                sockets.add(to);
                long lifeThere = life.getAsLong();
                long lifeBack = life.getAsLong();
                start("wire-there", () -> pass(from, to, () -> silentThere, lifeThere));
                start("wire-back", () -> pass(to, from, () -> silentBack, lifeBack));
            }
        } catch (IOException e) {
            cut(); // closed by the test
        }
    }

    private void pass(Socket from, Socket to, BooleanSupplier silent, long life) {
        byte[] bytes = new byte[16_384];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            long left = life;
            for (int count = in.read(bytes); count >= 0; count = left > 0 ? in.read(bytes) : -1) {
                if (!silent.getAsBoolean()) {
                    out.write(bytes, 0, (int) Math.min(left, count));
                }
                left -= Math.min(left, count);
            }
        } catch (IOException e) {
            closeQuietly(from); // cut
        }
        closeQuietly(from);
        closeQuietly(to);
        sockets.remove(from);
        sockets.remove(to);
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(@Nullable Socket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
