package io.wkmq.broker.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's event loops, one thread each, plus one thread that accepts connections; a node with a single loop accepts on that
 * loop, because it probably has a single processor. Loop {@code i} is shard {@code i}. Uses epoll where available, else NIO.
 * Thread-safe. Owned by its creator, who stops it after everything that uses it.
 */
public final class EventLoops {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

    private final boolean epoll;
    private final EventLoopGroup group;
    private final EventLoopGroup acceptor;
    private final List<EventLoop> loops;

    /** How the event loops wait for I/O. */
    public enum Transport {
        /** Epoll if available, else NIO. */
        AUTO,
        /** Epoll; fails to start where it is unavailable. */
        EPOLL,
        /** NIO. */
        NIO
    }

    private EventLoops(int count, boolean epoll) {
        this.epoll = epoll;
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("wkmq-loop"), io) {
            @Override
            protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... none) {
                return new FairLoop(this, executor, factory);
            }
        };
        acceptor = count == 1 ? group : new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("wkmq-accept"), io);
        List<EventLoop> all = new ArrayList<>(count);
        for (EventExecutor each : group) {
            all.add((EventLoop) each);
        }
        loops = List.copyOf(all);
        for (int i = 0; i < loops.size(); i++) {
            String name = "wkmq-loop-" + i;
            loops.get(i).execute(() -> Thread.currentThread().setName(name));
        }
        if (acceptor != group) {
            acceptor.execute(() -> Thread.currentThread().setName("wkmq-accept"));
        }
    }

    /**
     * Starts the threads.
     *
     * @param count the number of loops, at least 1
     * @throws IllegalStateException if epoll is requested but unavailable
     */
    public static EventLoops start(int count, Transport transport) {
        if (count < 1) {
            throw new IllegalArgumentException("event loops=" + count + ", expected at least 1");
        }
        boolean epoll = transport != Transport.NIO && Epoll.isAvailable();
        if (transport == Transport.EPOLL && !epoll) {
            throw new IllegalStateException("epoll does not work on this system", Epoll.unavailabilityCause());
        }
        EventLoops started = new EventLoops(count, epoll);
        if (epoll || transport == Transport.NIO) {
            LOG.info("event loops started loops={} transport={}", count, epoll ? "epoll" : "nio");
        } else {
            LOG.info(
                    "event loops started loops={} transport=nio reason=\"epoll is not available: {}\"",
                    count,
                    String.valueOf(Epoll.unavailabilityCause()));
        }
        return started;
    }

    /** Returns the number of loops. */
    public int size() {
        return loops.size();
    }

    /** Returns the loop with this index, from 0. */
    public EventLoop loop(int index) {
        return loops.get(index);
    }

    /** Returns the index of a loop; -1 if it is not one of these. */
    public int indexOf(EventExecutor loop) {
        for (int i = 0; i < loops.size(); i++) {
            if (loops.get(i) == loop) {
                return i;
            }
        }
        return -1;
    }

    /** Returns whether the loops use epoll; otherwise they use NIO. */
    public boolean epoll() {
        return epoll;
    }

    /** Returns the loops, for Netty's bootstraps. */
    public EventLoopGroup group() {
        return group;
    }

    /** Returns the accepting thread; connections do not run on it unless there is only one loop. */
    public EventLoopGroup acceptor() {
        return acceptor;
    }

    /** Returns a factory for channels that listen on TCP ports. */
    public ChannelFactory<ServerChannel> tcpServerChannels() {
        return epoll ? EpollServerSocketChannel::new : NioServerSocketChannel::new;
    }

    /**
     * Returns a factory for channels that listen on unix domain sockets.
     *
     * @throws IllegalStateException if the loops do not use epoll
     */
    public ChannelFactory<ServerChannel> unixServerChannels() {
        if (!epoll) {
            throw new IllegalStateException("unix domain sockets need epoll, this node uses nio");
        }
        return EpollServerDomainSocketChannel::new;
    }

    /**
     * Moves a channel to another event loop. Must be called on the channel's current loop; returns at once. If the channel is
     * already on the target loop, the task runs before this method returns. Otherwise, after the current event, the channel
     * leaves its loop and joins the other one, and the task runs there; from then on all handlers of the channel run there too.
     *
     * <p>Reading stops with this call and resumes when the task has returned, so nothing that the client sends meanwhile is
     * lost or overtakes the task. Bytes already read may still come down the pipeline before the task runs, for instance
     * further TLS records or WebSocket frames of the same read: a decoder that requests the move must keep what follows and
     * continue in the task. Handlers see {@code channelUnregistered} and {@code channelRegistered} although the connection
     * stays open.
     *
     * <p>Between this call and the task only the channel's own handlers may use the channel. Timers that handlers have set on
     * the old loop still fire there, so they must check their context's executor.
     *
     * <p>If the channel cannot be moved, it is closed. If it is closed, before this call or during the move, the task does not
     * run and the handlers see {@code channelInactive} as usual. If the task throws, the channel is closed.
     */
    public void move(Channel channel, int index, Runnable whenMoved) {
        new ChannelMove(channel, loop(index), whenMoved).start();
    }

    /**
     * Stops all threads after their queued tasks have run.
     *
     * @param limit how long to wait; an interrupt does not shorten it
     * @return whether all threads have terminated in time
     */
    public boolean stop(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean ended = true;
        for (EventLoopGroup each : List.of(acceptor, group)) {
            var unused = each.shutdownGracefully(0, limit.toMillis(), TimeUnit.MILLISECONDS);
        }
        for (EventLoopGroup each : List.of(acceptor, group)) {
            long left = Math.max(0, deadline - System.nanoTime());
            ended &= each.terminationFuture().awaitUninterruptibly(left, TimeUnit.NANOSECONDS);
        }
        if (!ended) {
            LOG.warn("event loops are still running after the time limit limitMs={}", limit.toMillis());
        }
        return ended;
    }
}
