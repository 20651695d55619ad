package io.wkmq.broker.http;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The event loop of management. It is separate from the clients' loops, so that the node answers its administrator while those
 * are busy. It uses NIO, which supports unix domain sockets on every platform. Thread-safe; must be closed after the servers on
 * it.
 */
public final class ManagementLoop implements AutoCloseable {
    private static final int STOP_MS = 2_000;

    private final EventLoopGroup group;

    private ManagementLoop(EventLoopGroup group) {
        this.group = group;
    }

    /** Starts the loop's thread. */
    public static ManagementLoop start() {
        return new ManagementLoop(new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("wkmq-management", true), NioIoHandler.newFactory()));
    }

    EventLoopGroup group() {
        return group;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, STOP_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(STOP_MS);
    }
}
