package io.wkmq.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens connections to the broker over TCP, with TLS and WebSocket as the target requires. Thread-safe. */
final class Dialer {
    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final int HTTP_BYTES_MAX = 65_536;
    private static final int FRAME_BYTES_MAX = 300 << 20;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 << 10, 128 << 10);

    private final Target target;
    private final SessionTerms terms;
    private final Loops loops;
    private final List<InetSocketAddress> localAddresses;
    private final @Nullable SslContext tls;

    Dialer(Target target, SessionTerms terms, Loops loops) throws LoadException {
        this.target = target;
        this.terms = terms;
        this.loops = loops;
        this.localAddresses = target.localAddresses().stream()
                .map(address -> new InetSocketAddress(address, 0))
                .toList();
        this.tls = target.tls() ? tls(target) : null;
    }

    private static SslContext tls(Target target) throws LoadException {
        SslContextBuilder builder = SslContextBuilder.forClient();
        if (target.insecure()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
        } else if (target.caFile() != null) {
            builder.trustManager(target.caFile().toFile());
        }
        try {
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new LoadException("TLS cannot be set up with --cafile " + target.caFile() + ": " + e.getMessage(), e);
        }
    }

    Target target() {
        return target;
    }

    SessionTerms terms() {
        return terms;
    }

    /** Opens a connection on the event loop, using local addresses in turn. Called on the event loop. */
    void dial(EventLoop loop, int turn, ClientConnection connection) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(loops.socket())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new Pipeline(connection));
        if (Epoll.isAvailable() && !localAddresses.isEmpty()) {
            // lets the kernel pick the port at connect, when it can be shared between destinations; bound earlier it
            // could not
            bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
        }
        SocketAddress remote = new InetSocketAddress(target.host(), target.port());
        SocketAddress local = localAddresses.isEmpty() ? null : localAddresses.get(turn % localAddresses.size());
        ChannelFuture connected = local == null ? bootstrap.connect(remote) : bootstrap.connect(remote, local);
        var unused = connected.addListener((ChannelFutureListener) future -> {
            if (!future.isSuccess()) {
                connection.notConnected(future.cause());
            }
        });
    }

    private final class Pipeline extends ChannelInitializer<Channel> {
        private final ClientConnection connection;

        Pipeline(ClientConnection connection) {
            this.connection = connection;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (tls != null) {
                SslHandler handler = tls.newHandler(channel.alloc(), target.host(), target.port());
                channel.pipeline().addLast(handler);
            }
            if (target.webSocket()) {
                URI uri =
                        URI.create((target.tls() ? "wss://" : "ws://") + target.host() + ":" + target.port() + "/mqtt");
                channel.pipeline()
                        .addLast(new HttpClientCodec())
                        .addLast(new HttpObjectAggregator(HTTP_BYTES_MAX))
                        .addLast(new WebSocketClientProtocolHandler(WebSocketClientProtocolConfig.newBuilder()
                                .webSocketUri(uri)
                                .version(WebSocketVersion.V13)
                                .subprotocol("mqtt")
                                .customHeaders(new DefaultHttpHeaders())
                                .maxFramePayloadLength(FRAME_BYTES_MAX)
                                .build()))
                        .addLast(new BinaryFrames());
            }
            channel.pipeline().addLast(connection);
        }
    }
}
