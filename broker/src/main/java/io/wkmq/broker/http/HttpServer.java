package io.wkmq.broker.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.wkmq.broker.config.ListenerConfig.InetBind;
import io.wkmq.broker.listener.UnixSocketFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An HTTP server on one socket, with one request per connection. Thread-safe. */
public final class HttpServer implements AutoCloseable {
    private static final String OWNER = "rw-------";
    private static final int LINE_BYTES_MAX = 4 * 1024;
    private static final int HEADER_BYTES_MAX = 8 * 1024;

    private final HttpLimits limits;
    private final HttpService service;
    private final ChannelGroup open;
    private final Channel server;

    private HttpServer(
            ManagementLoop loop,
            ChannelFactory<ServerChannel> channels,
            SocketAddress address,
            String key,
            HttpLimits limits,
            HttpService service) {
        this.limits = limits;
        this.service = service;
        this.open = new DefaultChannelGroup("management", loop.group().next());
        ChannelFuture bound = new ServerBootstrap()
                .group(loop.group())
                .channelFactory(channels)
                .childHandler(new ConnectionStart())
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new ManagementException(
                    key + ": cannot listen there: " + bound.cause().getMessage() + "; choose another address",
                    bound.cause());
        }
        server = bound.channel();
    }

    /**
     * Serves on a TCP port.
     *
     * @throws ManagementException if the port cannot be bound
     */
    public static HttpServer onPort(ManagementLoop loop, InetBind bind, HttpLimits limits, HttpService service) {
        String key = "management.listen = " + bind.host() + ':' + bind.port();
        InetSocketAddress address = new InetSocketAddress(bind.host(), bind.port());
        if (address.isUnresolved()) {
            throw new ManagementException(key + ": the host name cannot be resolved, expected an IP address of this"
                    + " machine or a name for one");
        }
        return new HttpServer(loop, NioServerSocketChannel::new, address, key, limits, service);
    }

    /**
     * Serves on a unix domain socket that only the owner of the process may use.
     *
     * @throws ManagementException if the socket cannot be created
     */
    public static HttpServer onSocket(ManagementLoop loop, Path socket, HttpLimits limits, HttpService service) {
        String key = "management.socket = " + socket;
        UnixSocketFile file = new UnixSocketFile(socket);
        HttpServer started = null;
        try {
            makeDirectory(socket.getParent());
            file.removeStale();
            started = new HttpServer(
                    loop, NioServerDomainSocketChannel::new, UnixDomainSocketAddress.of(socket), key, limits, service);
            file.restrict(OWNER);
            return started;
        } catch (IOException e) {
            if (started != null) {
                started.close();
            }
            throw new ManagementException(key + ": " + e.getMessage(), e);
        }
    }

    private static void makeDirectory(@Nullable Path directory) throws IOException {
        try {
            if (directory != null) {
                Files.createDirectories(directory);
            }
        } catch (IOException e) {
            throw new IOException("its directory cannot be made: " + e, e);
        }
    }

    /** Returns the TCP port; 0 on a unix domain socket. */
    public int port() {
        return server.localAddress() instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    /** Stops listening and closes all connections. */
    @Override
    public void close() {
        server.close().awaitUninterruptibly();
        open.close().awaitUninterruptibly();
    }

    private final class ConnectionStart extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            if (open.size() >= limits.connectionsMax()) {
                var unused = channel.close();
                return;
            }
            open.add(channel);
            channel.pipeline()
                    .addLast(
                            new WriteTimeoutHandler(limits.writeTime().toMillis(), TimeUnit.MILLISECONDS),
                            new HttpServerCodec(new HttpDecoderConfig()
                                    .setMaxInitialLineLength(LINE_BYTES_MAX)
                                    .setMaxHeaderSize(HEADER_BYTES_MAX)),
                            new HttpObjectAggregator(limits.requestBytesMax()),
                            new HttpConnection(service, limits.requestTime()));
        }
    }
}
