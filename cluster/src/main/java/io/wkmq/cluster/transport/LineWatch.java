package io.wkmq.cluster.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Distinguishes a broken connection from a hung process: the kernel of a host whose process hangs still acknowledges TCP segments.
 * So a network cut is detected sooner than a missed heartbeat may count as one. Requires epoll; reports nothing elsewhere. Belongs
 * to the links' thread.
 */
final class LineWatch {
    private final EpollTcpInfo info = new EpollTcpInfo();
    private final long limitMs;
    private final LongSupplier nanoTime;
    private final Lasting silent;
    private final Lasting repeating;

    /** Reports a cut when the other kernel acknowledges nothing for {@code limit}. The caller must send more often than that. */
    LineWatch(Duration limit, LongSupplier nanoTime) {
        this.limitMs = limit.toMillis();
        this.silent = new Lasting(limit.toNanos() / 8);
        this.repeating = new Lasting(limit.toNanos());
        this.nanoTime = nanoTime;
    }

    /** Returns whether data sent on the channel no longer arrives. Must be called several times within the limit. */
    boolean cut(Channel channel) {
        if (!(channel instanceof EpollSocketChannel socket) || !socket.isActive()) {
            return false;
        }
        try {
            var unused = socket.tcpInfo(info);
        } catch (ChannelException closed) {
            return false; // reported elsewhere
        }
        return cut(info.unacked(), info.lastAckRecv(), info.retransmits());
    }

    /**
     * Evaluates the kernel's TCP counters. When both processes were suspended, the first data sent afterwards needs a moment to be
     * acknowledged, so the condition must last for a while. When only the outgoing direction is cut, incoming segments still carry
     * acknowledgements of earlier data; retransmissions then reveal the cut, as they are never acknowledged.
     *
     * @param segments the number of segments in flight
     * @param sinceMs the time since the last segment with an acknowledgement arrived
     * @param repeats how often the first segment in flight has been retransmitted
     */
    boolean cut(long segments, long sinceMs, int repeats) {
        long now = nanoTime.getAsLong();
        boolean cut = silent.lasts(segments > 0 && sinceMs >= limitMs, now);
        return repeating.lasts(segments > 0 && repeats > 0, now) || cut;
    }

    /** A condition that counts only once it has held for some time. */
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
