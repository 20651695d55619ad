package io.wkmq.cluster.sim;

/** A period in which all nodes run and nothing is lost or cut. */
final class Calm {
    /** How long it takes at most until each node has seen the others and has their routes. */
    static final long SETTLED_MS = 6_000;

    final long sinceMs;
    private long untilMs = Long.MAX_VALUE;

    Calm(long nowMs) {
        this.sinceMs = nowMs;
    }

    void end(long nowMs) {
        untilMs = nowMs;
    }

    /** Whether all that was before is over by then, and it goes on until the other time. */
    boolean covers(long fromMs, long toMs) {
        return fromMs >= sinceMs + SETTLED_MS && toMs < untilMs;
    }
}
