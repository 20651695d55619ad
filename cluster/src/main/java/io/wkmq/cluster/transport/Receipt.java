package io.wkmq.cluster.transport;

import io.wkmq.routing.HandOver;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The hand-over of a received message, whose completion is acknowledged to the sending node. Belongs to an {@link IncomingStream};
 * any taker's thread may count it down, and the last one notifies the stream.
 */
final class Receipt implements HandOver {
    private static final AtomicIntegerFieldUpdater<Receipt> PENDING =
            AtomicIntegerFieldUpdater.newUpdater(Receipt.class, "pending");

    private final IncomingStream stream;
    private long seq;
    private long bytes;
    private volatile int pending; // takers that complete later, plus one for the delivering call
    private volatile @Nullable String failure;

    Receipt(IncomingStream stream) {
        this.stream = stream;
    }

    /** Starts to track a message. The delivering call counts as one taker until it calls {@link #done}. */
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

    /** Returns whether no taker needs time, so that nobody references this object; for the delivering call, before its {@link #done}. */
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
        return true; // the stream stops reading when too much of it is unfinished
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
