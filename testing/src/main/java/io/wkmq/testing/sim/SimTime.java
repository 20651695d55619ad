package io.wkmq.testing.sim;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Simulated time that passes as fast as there are events: a queue of timed actions. Actions due at the same time run in the order in which
 * they were scheduled. Not thread-safe.
 */
public final class SimTime {
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::order));
    private long nowMs;
    private long asked;

    private record Event(long atMs, long order, Runnable action) {}

    /** Returns the time that has passed, in ms. */
    public long nowMs() {
        return nowMs;
    }

    /** Schedules an action to run after a delay. */
    public void after(long delayMs, Runnable action) {
        if (delayMs < 0) {
            throw new IllegalArgumentException("A delay of " + delayMs + " ms was asked for; expected none below 0");
        }
        events.add(new Event(nowMs + delayMs, asked++, action));
    }

    /** Advances the time, running everything that becomes due. */
    public void pass(long durationMs) {
        long endMs = nowMs + durationMs;
        for (Event next = events.peek(); next != null && next.atMs() <= endMs; next = events.peek()) {
            events.remove();
            nowMs = next.atMs();
            next.action().run();
        }
        nowMs = endMs;
    }

    /** Returns the number of pending actions. */
    public int waiting() {
        return events.size();
    }
}
