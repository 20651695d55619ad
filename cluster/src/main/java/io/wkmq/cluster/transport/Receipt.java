package io.wkmq.cluster.transport;

import io.wkmq.routing.HandOver;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The hand-over of a message that another node waits for. Belongs to its stream; any taker's thread counts down, and the last
 * one tells the stream.
 */
final class Receipt implements HandOver {
    private static final AtomicIntegerFieldUpdater<Receipt> PENDING =
            AtomicIntegerFieldUpdater.newUpdater(Receipt.class, "pending");

    private final IncomingStream stream;
    private long seq;
    private long bytes;
    private volatile int pending; // takers that need time, and one for the call that delivers
    private volatile @Nullable String failure;

    Receipt(IncomingStream stream) {
        this.stream = stream;
    }

    /** Begins with a message; whoever delivers it counts as one taker until it calls {@link #done}. */
    void begin(long messageSeq, long messageBytes) {
        seq = messageSeq;
        bytes = messageBytes;
        PENDING.lazySet(this, 1);
    }

    long seq() {
        return seq;
    }

    long bytes() {
        return bytes;
    }

    /** Whether nobody needs time, so that nobody holds this; for whoever delivers, before it calls {@link #done}. */
    boolean takenAtOnce() {
        return pending == 1 && failure == null;
    }

    boolean finished() {
        return pending == 0;
    }

    @Nullable
    String failure() {
        return failure;
    }

    @Override
    public void expect() {
        PENDING.incrementAndGet(this);
    }

    @Override
    public boolean holdBack() {
        return true; // of a stream that has too much unfinished no more is read
    }

    @Override
    public void done() {
        if (PENDING.decrementAndGet(this) == 0) {
            stream.finished();
        }
    }

    @Override
    public void failed(String reason) {
        failure = reason;
        done();
    }
}
