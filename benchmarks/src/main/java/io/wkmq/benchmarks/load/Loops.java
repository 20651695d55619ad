package io.wkmq.benchmarks.load;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The event loops of the clients, each with its statistics; epoll where available, NIO elsewhere. Thread-safe. */
final class Loops implements AutoCloseable {
    private static final int QUIET_MS = 50;
    private static final int CLOSE_MS = 5000;

    private final EventLoopGroup group;
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<LoopStats> stats = new ArrayList<>();

    Loops(int count) {
        group = new MultiThreadIoEventLoopGroup(
                count,
                new DefaultThreadFactory("wkbench", true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        for (EventExecutor each : group) {
            loops.add((EventLoop) each);
            stats.add(new LoopStats());
        }
    }

    Class<? extends SocketChannel> socket() {
        return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    int count() {
        return loops.size();
    }

    EventLoop loop(int index) {
        return loops.get(index);
    }

    LoopStats stats(int index) {
        return stats.get(index);
    }

    /** Returns the current counters, summed over all loops. */
    Totals totals() {
        return stats.stream().map(LoopStats::totals).reduce(Totals.NONE, Totals::plus);
    }

    void measureFrom(long timeNs) {
        stats.forEach(each -> each.measureFrom(timeNs));
    }

    /** Returns the times of all loops; call only once they are closed. */
    Times times() {
        Times all = new Times();
        stats.forEach(each -> all.add(each.times()));
        return all;
    }

    /** Shuts the loops down once their clients have sent what is pending, and waits for that. The times can be read afterwards. */
    @Override
    public void close() {
        group.shutdownGracefully(QUIET_MS, CLOSE_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
