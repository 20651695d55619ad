package io.wkmq.broker.listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.unix.DomainSocketAddress;
import io.wkmq.broker.config.ListenerConfig;
import io.wkmq.broker.config.ListenerConfig.BindAddress;
import io.wkmq.broker.config.ListenerConfig.InetBind;
import io.wkmq.broker.config.ListenerConfig.TlsConfig;
import io.wkmq.broker.config.ListenerConfig.UnixBind;
import io.wkmq.broker.loop.EventLoops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener of the node: its server socket and its counters. The public accessors are thread-safe; only {@link Listeners}
 * starts and stops it, once.
 */
public final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    /** Netty's default for sockets, which an explicitly set allocator does not get. */
    private static final int READS_PER_TURN = 16;

    /** Limit for binding and closing, which are immediate unless the accepting thread is stuck. */
    private static final long WAIT_MS = 10_000;

    /** File mode of a unix domain socket. */
    private static final String OWNER_AND_GROUP = "rw-rw----";

    private final ListenerConfig config;
    private final ListenerKey key;
    private final String name;
    private final ListenerCounters counters;
    private final Transports transports;
    private final AccessRules access;
    private final @Nullable ReloadingTls tls;
    private final Set<Channel> unfinished = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Channel serverChannel;
    private volatile boolean stopped;

    /** What all listeners of a node share. */
    record Transports(
            EventLoops loops,
            SocketTuning tuning,
            AdmissionControl admission,
            ConnectionInitializer initializer,
            int maxPacketBytes) {}

    /** Validates the configuration and reads the TLS files; does not bind yet. */
    Listener(ListenerConfig config, ListenerCounters counters, Transports transports) {
        this.config = config;
        this.key = ListenerKey.of(config);
        this.name = config.protocol().name().toLowerCase(Locale.ROOT) + ':' + config.name();
        this.counters = counters;
        this.transports = transports;
        this.access = AccessRules.of(config);
        this.tls = config.protocol().secure() ? new ReloadingTls(key, tlsConfig(config)) : null;
    }

    private static TlsConfig tlsConfig(ListenerConfig config) {
        TlsConfig settings = config.tls();
        if (settings == null) {
            throw new ListenerException(ListenerKey.of(config) + " speaks TLS but has no keyfile and certfile");
        }
        return settings;
    }

    /** Returns the protocol and name as shown in listings of clients, such as {@code tcp:external}. */
    String name() {
        return name;
    }

    /** Returns the listener's protocol and name. */
    public ListenerKey key() {
        return key;
    }

    /** Returns the configuration it was started with. */
    public ListenerConfig config() {
        return config;
    }

    /** Returns whether it accepts connections. */
    public boolean running() {
        return serverChannel != null;
    }

    /** Returns the bound address, {@code host:port} with the actual port or a path; the configured address when stopped. */
    public String address() {
        Channel channel = serverChannel;
        return channel == null ? describe(config.address()) : Addresses.text(channel.localAddress());
    }

    /** Returns the actual port; 0 on a unix domain socket and when stopped. */
    public int port() {
        Channel channel = serverChannel;
        return channel != null && channel.localAddress() instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    /** Returns the number of open connections, including those in a handshake. */
    public int clients() {
        return counters.clients();
    }

    /** Returns the number of connections admitted since the node started. */
    public long accepted() {
        return counters.accepted();
    }

    /** Returns how many connections ended or were refused since the node started, by reason; reasons that did not occur are absent. */
    public Map<ShutdownReason, Long> shutdowns() {
        return counters.shutdowns();
    }

    /** Returns when the certificate in use expires; null without TLS. */
    public @Nullable Instant certificateNotAfter() {
        return tls == null ? null : tls.notAfter();
    }

    ListenerCounters counters() {
        return counters;
    }

    Transports transports() {
        return transports;
    }

    AccessRules access() {
        return access;
    }

    @Nullable
    ReloadingTls tls() {
        return tls;
    }

    /** Binds the socket; blocks until that is done. */
    void start() {
        BindAddress address = config.address();
        ServerBootstrap bootstrap = bootstrap();
        if (address instanceof InetBind inet) {
            bootstrap
                    .channelFactory(transports.loops().tcpServerChannels())
                    .option(ChannelOption.SO_REUSEADDR, config.reuseAddress())
                    .childOption(ChannelOption.SO_KEEPALIVE, transports.tuning().keepAlive());
            if (!config.noDelay()) {
                bootstrap.childOption(ChannelOption.TCP_NODELAY, false); // Netty enables it by default
            }
            bind(bootstrap, resolved(inet));
        } else if (address instanceof UnixBind unix) {
            bindFile(bootstrap, unix);
        }
        LOG.info("listener started listener={} address={}", key, address());
    }

    private ServerBootstrap bootstrap() {
        SocketTuning tuning = transports.tuning();
        return new ServerBootstrap()
                .group(transports.loops().acceptor(), transports.loops().group())
                .option(ChannelOption.SO_BACKLOG, config.backlog())
                .handler(new AcceptGate(config, counters, access, transports.admission()))
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers(tuning))
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(tuning.writeLowWaterMarkBytes(), tuning.writeHighWaterMarkBytes()))
                .childHandler(new ConnectionStart());
    }

    private static RecvByteBufAllocator receiveBuffers(SocketTuning tuning) {
        AdaptiveRecvByteBufAllocator buffers = new AdaptiveRecvByteBufAllocator(
                tuning.receiveMinBytes(), tuning.receiveInitialBytes(), tuning.receiveMaxBytes());
        buffers.maxMessagesPerRead(READS_PER_TURN);
        return buffers;
    }

    private void bindFile(ServerBootstrap bootstrap, UnixBind unix) {
        if (!transports.loops().epoll()) {
            throw new ListenerException(key + ": unix domain sockets need epoll, which is not available here");
        }
        UnixSocketFile file = new UnixSocketFile(unix.path());
        try {
            file.removeStale();
            bootstrap.channelFactory(transports.loops().unixServerChannels());
            bind(bootstrap, new DomainSocketAddress(unix.path().toFile()));
            file.restrict(OWNER_AND_GROUP);
        } catch (IOException e) {
            stop();
            throw new ListenerException(key + " = " + unix.path() + ": " + e.getMessage(), e);
        }
    }

    private InetSocketAddress resolved(InetBind inet) {
        InetSocketAddress address = new InetSocketAddress(inet.host(), inet.port());
        if (address.isUnresolved()) {
            throw new ListenerException(key + " = " + describe(inet) + ": the host name cannot be resolved, "
                    + "expected an IP address of this machine or a name for one");
        }
        return address;
    }

    private void bind(ServerBootstrap bootstrap, SocketAddress address) {
        ChannelFuture bound = bootstrap.bind(address);
        if (!bound.awaitUninterruptibly(WAIT_MS) || !bound.isSuccess()) {
            bound.addListener(ChannelFutureListener.CLOSE); // it may still bind later, owned by nobody
            throw new BindFailure(key, describe(config.address()), bound.cause()).exception();
        }
        serverChannel = bound.channel();
    }

    /** Stops accepting and closes connections still in a handshake; leaves the others open. Blocks until the socket is closed. */
    void stop() {
        Channel channel = serverChannel;
        if (channel == null) {
            return;
        }
        stopped = true;
        serverChannel = null;
        if (!channel.close().awaitUninterruptibly(WAIT_MS)) {
            LOG.warn("the listener's socket is still open after {} ms listener={}", WAIT_MS, key);
        }
        for (Channel each : unfinished) {
            ShutdownReason.SERVER_STOPPED.close(each);
        }
        LOG.info("listener stopped listener={}", key);
    }

    private static String describe(BindAddress address) {
        if (address instanceof InetBind inet) {
            return inet.port() == 0 ? inet.host() + ":0" : Addresses.text(inet.host(), inet.port());
        }
        return address instanceof UnixBind unix ? unix.path().toString() : address.toString();
    }

    private final class ConnectionStart extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            unfinished.add(channel);
            channel.closeFuture().addListener(closed -> unfinished.remove(channel));
            if (stopped) {
                ShutdownReason.SERVER_STOPPED.close(channel);
                return;
            }
            new ConnectionSetup(Listener.this, channel, () -> unfinished.remove(channel)).start();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.error("cannot set up a connection listener={}", key, cause);
            ShutdownReason.INTERNAL_ERROR.close(ctx.channel());
        }
    }
}
