package io.wkmq.testing.sim;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * A time that passes as fast as there is something to do: a queue of what happens when. What is due at the same time happens in
 * the order in which it was asked for. Belongs to one thread.
 */
public final class SimTime {
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::order));
    private long nowMs;
    private long asked;

    private record Event(long atMs, long order, Runnable action) {}

    /** How much time has passed, in ms. */
    public long nowMs() {
        return nowMs;
    }

    /** Does something once that much time has passed. */
    public void after(long delayMs, Runnable action) {
        if (delayMs < 0) {
            throw new IllegalArgumentException("A delay of " + delayMs + " ms was asked for; expected none below 0");
        }
        events.add(new Event(nowMs + delayMs, asked++, action));
    }

    /** Lets that much time pass, with all that happens in it. */
    public void pass(long durationMs) {
        long endMs = nowMs + durationMs;
        for (Event next = events.peek(); next != null && next.atMs() <= endMs; next = events.peek()) {
            events.remove();
            nowMs = next.atMs();
            next.action().run();
        }
        nowMs = endMs;
    }

    /** How much has yet to happen. */
    public int waiting() {
        return events.size();
    }
}
