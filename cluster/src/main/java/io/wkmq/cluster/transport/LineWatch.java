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
    private final LongSupplier nanoTime;
    private final Lasting silent;
    private final Lasting repeating;

    /** Takes a line for cut if the other system acknowledges nothing for that long. Something has to be sent more often. */
    LineWatch(Duration limit, LongSupplier nanoTime) {
        this.limitMs = limit.toMillis();
        this.silent = new Lasting(limit.toNanos() / 8);
        this.repeating = new Lasting(limit.toNanos());
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
        return cut(info.unacked(), info.lastAckRecv(), info.retransmits());
    }

    /**
     * The same by figures of the system. If both nodes stood still what is sent first needs a moment to be acknowledged. Of a line
     * that is cut one way only, what comes in acknowledges what had arrived before; but what is sent again never does.
     *
     * @param segments how many have left and are not acknowledged
     * @param sinceMs how long ago anything came that acknowledges
     * @param repeats how often the first of them was sent again so far
     */
    boolean cut(long segments, long sinceMs, int repeats) {
        long now = nanoTime.getAsLong();
        boolean cut = silent.lasts(segments > 0 && sinceMs >= limitMs, now);
        return repeating.lasts(segments > 0 && repeats > 0, now) || cut;
    }

    /** Something that counts once it has been so for a while. */
    private static final class Lasting {
        private final long nanos;
        private boolean so;
        private long since;

        Lasting(long nanos) {
            this.nanos = nanos;
        }

        boolean lasts(boolean soNow, long now) {
            if (soNow && !so) {
                since = now;
            }
            so = soNow;
            return so && now - since >= nanos;
        }
    }
}
