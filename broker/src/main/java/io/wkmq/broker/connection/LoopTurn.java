package io.wkmq.broker.connection;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;

/**
 * What the connections of one event loop share: the list of what is to be flushed at the end of the loop's turn, so that a
 * connection makes one system call for all packets it was given, or one for each 64 KB of them, and the counters. Belongs to the loop's thread.
 */
final class LoopTurn implements Runnable {
    private final EventLoop loop;
    private final ArrayDeque<OutboundBuffer> dirty = new ArrayDeque<>();
    private final Traffic traffic = new Traffic();

    LoopTurn(EventLoop loop) {
        this.loop = loop;
    }

    /** The loop's counters; readable by any thread. */
    Traffic traffic() {
        return traffic;
    }

    /** Flushes the buffer before the loop waits for input again. */
    void flushLater(OutboundBuffer buffer) {
        if (dirty.isEmpty()) {
            loop.execute(this);
        }
        dirty.add(buffer);
    }

    @Override
    public void run() {
        for (OutboundBuffer buffer = dirty.poll(); buffer != null; buffer = dirty.poll()) {
            try {
                buffer.flush();
            } catch (RuntimeException | Error e) {
                buffer.failed(e); // it must not keep all others of the loop from being flushed
            }
        }
    }
}
