package io.wkmq.cluster.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loop of the node links, on a thread apart from those of clients. Uses epoll where available. */
final class SocketLoop implements LinkLoop {
    private static final Logger log = LoggerFactory.getLogger(SocketLoop.class);
    private static final int RECEIVE_MIN_BYTES = 1024;
    private static final int RECEIVE_INITIAL_BYTES = 16 * 1024;
    private static final int RECEIVE_MAX_BYTES = 256 * 1024;
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(256 * 1024, 1024 * 1024);
    private static final int CONNECT_TIMEOUT_MS = 3_000;

    private final boolean epoll = Epoll.isAvailable();
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("wkmq-link", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final HostLookup lookup = new HostLookup();

    @Override
    public boolean here() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("The node links have stopped, task={}", task, e);
        }
    }

    @Override
    public void schedule(Runnable task, long delayMs) {
        if (!loop.isShuttingDown()) {
            var unused = loop.schedule(() -> runLogged(task), delayMs, TimeUnit.MILLISECONDS);
        }
    }

    /** Runs a task on the thread at fixed delay; runs missed while the thread was stalled are not made up for. */
    void every(Duration interval, Runnable task) {
        var unused = loop.scheduleWithFixedDelay(
                () -> runLogged(task), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    // The loop would store the exception in a future that nobody reads, and never run the task again.
    private static void runLogged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("A task of the node links failed task={}", task, e);
        }
    }

    @Override
    public void find(String host, Consumer<@Nullable InetAddress> found) {
        lookup.find(host, address -> execute(() -> found.accept(address)));
    }

    @Override
    public Channel connect(InetSocketAddress to, Consumer<Channel> prepare, Consumer<Throwable> failed) {
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channelFactory(epoll ? EpollSocketChannel::new : NioSocketChannel::new)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel created) {
                        prepare.accept(created);
                    }
                });
        ChannelFuture attempt = bootstrap.connect(to);
        attempt.addListener(result -> {
            if (!result.isSuccess()) {
                failed.accept(result.cause());
            }
        });
        return attempt.channel();
    }

    /** Returns a bootstrap for connections opened by other nodes. */
    ServerBootstrap accepting() {
        return new ServerBootstrap()
                .group(group)
                .channelFactory(epoll ? EpollServerSocketChannel::new : NioServerSocketChannel::new)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(RECEIVE_MIN_BYTES, RECEIVE_INITIAL_BYTES, RECEIVE_MAX_BYTES));
    }

    @Override
    public boolean stop(Duration limit) {
        lookup.stop();
        var unused = group.shutdownGracefully(0, limit.toMillis(), TimeUnit.MILLISECONDS);
        return group.terminationFuture().awaitUninterruptibly(limit.toMillis());
    }
}
