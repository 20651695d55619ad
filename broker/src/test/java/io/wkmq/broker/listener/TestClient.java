package io.wkmq.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A blocking client that does not use the library under test. Its reads time out after 20 s. */
final class TestClient implements ByteClient {
    private static final int TIMEOUT_MS = 20_000;

    private final Closeable connection;
    private final InputStream in;
    private final OutputStream out;

    private TestClient(Closeable connection, InputStream in, OutputStream out) {
        this.connection = connection;
        this.in = in;
        this.out = out;
    }

    static TestClient tcp(int port) throws IOException {
        return of(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    static TestClient tls(int port, SSLContext context, String... versions) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
        if (versions.length > 0) {
            socket.setEnabledProtocols(versions);
        }
        return of(socket);
    }

    /** Any socket that is connected. */
    static TestClient of(Socket socket) throws IOException {
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        return new TestClient(socket, socket.getInputStream(), socket.getOutputStream());
    }

    static TestClient unix(Path path) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
        return new TestClient(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public byte[] read(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    String readText(int length) throws IOException {
        return new String(read(length), StandardCharsets.US_ASCII);
    }

    /** Sends it and reads it back. */
    void echo(String text) throws IOException {
        send(text);
        assertThat(readText(text.length())).isEqualTo(text);
    }

    /** Whether the other side closes the connection; what still comes is dropped. */
    boolean ends() throws IOException {
        try {
            while (in.read() >= 0) {
                // skip
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true; // reset
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
