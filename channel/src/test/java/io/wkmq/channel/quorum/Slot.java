package io.wkmq.channel.quorum;

import org.jspecify.annotations.Nullable;

/** An entry of a group's log. All logs that contain it share the same object, so that differing logs are seen at once. Immutable. */
public final class Slot {
    private final long term;
    private final byte @Nullable [] op;

    Slot(long term, byte @Nullable [] op) {
        this.term = term;
        this.op = op;
    }

    /** The term of the leader that made it. */
    public long term() {
        return term;
    }

    /** The operation; null if it says that there is another leader. */
    public byte @Nullable [] op() {
        return op;
    }
}
