package io.wkmq.broker.connection;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;

/**
 * What the connections of one event loop share: the counters, and the queue of buffers to flush at the end of the loop's turn.
 * A connection thus makes one system call for all packets of a turn, or one per 64 KB of them. Confined to the loop's thread.
 */
final class LoopTurn implements Runnable {
    private final EventLoop loop;
    private final ArrayDeque<OutboundBuffer> dirty = new ArrayDeque<>();
    private final Traffic traffic = new Traffic();

    LoopTurn(EventLoop loop) {
        this.loop = loop;
    }

    /** Returns the loop's counters; readable by any thread. */
    Traffic traffic() {
        return traffic;
    }

    /** Schedules the buffer to be flushed before the loop next waits for I/O. */
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
                buffer.failed(e); // one failure must not keep the other buffers from being flushed
            }
        }
    }
}
