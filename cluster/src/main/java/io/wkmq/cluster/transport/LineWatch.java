package io.wkmq.cluster.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells a line that is cut from a node that stands still: of that the system goes on acknowledging what arrives. So a cut is noticed
 * sooner than silence may be held against a node. Knows nothing where there is no epoll. Belongs to the links' thread.
 */
final class LineWatch {
    private final EpollTcpInfo info = new EpollTcpInfo();
    private final long limitMs;
    private final long confirmedAfterNanos;
    private final LongSupplier nanoTime;
    private boolean seemsCut;
    private long seemsCutSince;

    /** Takes a line for cut if the other system acknowledges nothing for that long. Something has to be sent more often. */
    LineWatch(Duration limit, LongSupplier nanoTime) {
        this.limitMs = limit.toMillis();
        this.confirmedAfterNanos = limit.toNanos() / 8;
        this.nanoTime = nanoTime;
    }

    /** Whether what was sent on the channel does not arrive. To be asked several times within the limit. */
    boolean cut(Channel channel) {
        if (!(channel instanceof EpollSocketChannel socket) || !socket.isActive()) {
            return false;
        }
        try {
            var unused = socket.tcpInfo(info);
        } catch (ChannelException closed) {
            return false; // its end is told elsewhere
        }
        return cut(info.unacked(), info.lastAckRecv());
    }

    /**
     * The same by figures of the system. If both nodes stood still what is sent first needs a moment to be acknowledged.
     *
     * @param segments how many have left and are not acknowledged
     * @param sinceMs how long ago something was acknowledged last
     */
    boolean cut(long segments, long sinceMs) {
        boolean before = seemsCut;
        seemsCut = segments > 0 && sinceMs >= limitMs;
        if (seemsCut && !before) {
            seemsCutSince = nanoTime.getAsLong();
        }
        return seemsCut && nanoTime.getAsLong() - seemsCutSince >= confirmedAfterNanos;
    }
}
