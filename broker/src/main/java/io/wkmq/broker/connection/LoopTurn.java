package io.wkmq.broker.connection;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;

/**
 * Collects what one event loop has to flush at the end of its turn, so that a connection makes one system call however many
 * packets it was given. Belongs to the loop's thread.
 */
final class LoopTurn implements Runnable {
    private final EventLoop loop;
    private final ArrayDeque<OutboundBuffer> dirty = new ArrayDeque<>();

    LoopTurn(EventLoop loop) {
        this.loop = loop;
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
            buffer.flush();
        }
    }
}
