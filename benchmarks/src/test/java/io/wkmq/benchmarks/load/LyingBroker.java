package io.wkmq.benchmarks.load;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An MQTT 3.1.1 broker that acknowledges whatever it gets, delivers to every subscriber whatever is published, if at all, and
 * retains nothing. A thread for each connection.
 */
final class LyingBroker implements AutoCloseable {
    /** What it does otherwise. */
    enum Lie {
        /** Delivers nothing. */
        DELIVERS_NOTHING,
        /** Delivers each message twice. */
        DELIVERS_TWICE,
        /** Grants QoS 0 only. */
        GRANTS_LESS,
        /** Refuses connections after the first few. */
        REFUSES_LATER,
    }

    private static final int GUESTS_MAX = 3;

    private final ServerSocket server;
    private final Set<Lie> lies;
    private final Set<DataOutputStream> subscribers = ConcurrentHashMap.newKeySet();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private LyingBroker(ServerSocket server, Set<Lie> lies) {
        this.server = server;
        this.lies = lies;
    }

    static LyingBroker start(Lie... lies) throws IOException {
        LyingBroker broker = new LyingBroker(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), Set.of(lies));
        thread(broker::accept);
        return broker;
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "lying-broker");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                socket.setTcpNoDelay(true);
                boolean refused = lies.contains(Lie.REFUSES_LATER) && sockets.size() > GUESTS_MAX;
                thread(() -> serve(socket, refused));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket, boolean refused) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            boolean more = true;
            while (more) {
                int header = in.readUnsignedByte();
                byte[] body = new byte[length(in)];
                in.readFully(body);
                more = packet(header, body, out, refused) && !refused;
            }
        } catch (IOException e) {
            // gone
        }
    }

    private static int length(DataInputStream in) throws IOException {
        int length = 0;
        int shift = 0;
        int part;
        do {
            part = in.readUnsignedByte();
            length |= (part & 0x7F) << shift;
            shift += 7;
        } while (part >= 0x80);
        return length;
    }

    private boolean packet(int header, byte[] body, DataOutputStream out, boolean refused) throws IOException {
        switch (header >> 4) {
            case 1 -> send(out, 0x20, new byte[] {0, (byte) (refused ? 3 : 0)});
            case 3 -> publish(header, body, out);
            case 8 -> subscribe(body, out);
            case 14 -> {
                return false;
            }
            default -> {}
        }
        return true;
    }

    private void subscribe(byte[] body, DataOutputStream out) throws IOException {
        int filters = 0;
        for (int at = 2; at < body.length; at += 3 + number(body, at)) {
            filters++;
        }
        byte[] answer = new byte[2 + filters];
        answer[0] = body[0];
        answer[1] = body[1];
        for (int i = 0; i < filters; i++) {
            answer[2 + i] = (byte) (lies.contains(Lie.GRANTS_LESS) ? 0 : 1);
        }
        send(out, 0x90, answer);
        subscribers.add(out);
    }

    private static int number(byte[] body, int at) {
        return ((body[at] & 0xFF) << 8) | (body[at + 1] & 0xFF);
    }

    private void publish(int header, byte[] body, DataOutputStream out) throws IOException {
        int id = 2 + number(body, 0);
        if ((header & 0x06) != 0) {
            send(out, 0x40, new byte[] {body[id], body[id + 1]});
        }
        for (int i = lies.contains(Lie.DELIVERS_TWICE) ? 2 : 1; i > 0 && !lies.contains(Lie.DELIVERS_NOTHING); i--) {
            subscribers.removeIf(subscriber -> !delivered(subscriber, header, body));
        }
    }

    private static boolean delivered(DataOutputStream subscriber, int header, byte[] body) {
        try {
            send(subscriber, header, body);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void send(DataOutputStream out, int header, byte[] body) throws IOException {
        synchronized (out) {
            out.writeByte(header);
            int rest = body.length;
            while (rest >= 0x80) {
                out.writeByte((rest & 0x7F) | 0x80);
                rest >>= 7;
            }
            out.writeByte(rest);
            out.write(body);
            out.flush();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
