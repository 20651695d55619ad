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
 * One listener of the node: its socket and its counters. What it tells may be read by any thread; it is started and stopped by
 * {@link Listeners} only, once.
 */
public final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

    /** Netty's own default for sockets, which an allocator set by hand does not have. */
    private static final int READS_PER_TURN = 16;

    /** Binding and closing take no time, unless the accepting thread is stuck. */
    private static final long WAIT_MS = 10_000;

    /** Who may connect to the file of a unix domain socket. */
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

    /** Checks the configuration and reads the TLS files; does not bind yet. */
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

    /** Its protocol and name as clients' listings show them, as in {@code tcp:external}. */
    String name() {
        return name;
    }

    /** Its protocol and name. */
    public ListenerKey key() {
        return key;
    }

    /** What it was started with. */
    public ListenerConfig config() {
        return config;
    }

    /** Whether it accepts connections. */
    public boolean running() {
        return serverChannel != null;
    }

    /** Where it listens: {@code host:port}, with the real port if the configured one is 0, or a path; as configured if stopped. */
    public String address() {
        Channel channel = serverChannel;
        return channel == null ? describe(config.address()) : Addresses.text(channel.localAddress());
    }

    /** The real port; 0 on a unix domain socket and when stopped. */
    public int port() {
        Channel channel = serverChannel;
        return channel != null && channel.localAddress() instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    /** Open connections, those in a handshake included. */
    public int clients() {
        return counters.clients();
    }

    /** Connections taken since the node started. */
    public long accepted() {
        return counters.accepted();
    }

    /** How connections have ended since the node started, refused ones included; reasons that never occurred are absent. */
    public Map<ShutdownReason, Long> shutdowns() {
        return counters.shutdowns();
    }

    /** Until when the present certificate is valid, null without TLS. */
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
                bootstrap.childOption(ChannelOption.TCP_NODELAY, false); // Netty has set it already
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
            bound.addListener(ChannelFutureListener.CLOSE); // it may be bound later, and would be nobody's
            throw new BindFailure(key, describe(config.address()), bound.cause()).exception();
        }
        serverChannel = bound.channel();
    }

    /** Accepts no more and drops connections whose handshakes are not over; leaves the others alone. Blocks until that is done. */
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
