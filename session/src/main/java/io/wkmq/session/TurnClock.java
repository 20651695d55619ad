package io.wkmq.session;

import java.time.Clock;

/**
 * The time of day in a shard, read at most once in each turn of its thread: all that happens in one turn happens at one time,
 * and a message does not pay for asking. Belongs to the shard's thread.
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

    /** Milliseconds since the epoch. */
    long millis() {
        if (!known) {
            now = clock.millis();
            known = true;
            executor.execute(this); // behind what this turn still does
        }
        return now;
    }

    /** The turn is over. */
    @Override
    public void run() {
        known = false;
    }
}
