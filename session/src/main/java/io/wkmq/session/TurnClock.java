package io.wkmq.session;

import java.time.Clock;

/**
 * A shard's wall clock, read at most once per turn of its thread: everything in one turn happens at the same time, and no
 * message pays for a system call. Confined to the shard's thread.
 */
final class TurnClock implements Runnable {
    private final Clock clock;
    private final ShardExecutor executor;
    private long now;
    private boolean known;

    TurnClock(Clock clock, ShardExecutor executor) {
        this.clock = clock;
        this.executor = executor;
    }

    /** Returns the time in milliseconds since the epoch. */
    long millis() {
        if (!known) {
            now = clock.millis();
            known = true;
            executor.execute(this); // runs after the rest of this turn
        }
        return now;
    }

    /** Forgets the time at the end of the turn. */
    @Override
    public void run() {
        known = false;
    }
}
