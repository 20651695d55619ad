package io.wkmq.testing.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A blocking socket, plain or of TLS, as a {@link Wire}. */
public final class SocketWire implements Wire {
    private static final int CONNECT_TIMEOUT_MS = 30_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /** Takes over a connected socket. */
    public SocketWire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** Connects by plain TCP. */
    public static SocketWire tcp(String host, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_TIMEOUT_MS);
            return new SocketWire(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    @Override
    public int read(byte[] buffer, int offset, Duration limit) throws IOException {
        // A time-out of 0 would mean to wait for ever.
        socket.setSoTimeout((int) Math.max(1, limit.toMillis()));
        try {
            return in.read(buffer, offset, buffer.length - offset);
        } catch (SocketTimeoutException e) {
            return 0;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public void abort() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
