package io.wkmq.cluster.hazelcast.cp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Detects groups that have not heard from a leader for too long. Time during which this process stalled does not count, since it could not
 * hear anybody, beyond a fixed amount per check; so a process that stalls all the time detects a silence later rather than never. Confined
 * to one thread at a time.
 *
 * @param <G> identifies a group
 * @param <S> a heartbeat; equal to the previous one if nothing was heard since
 */
final class LeaderSilence<G, S> {
    private final long limitNanos;
    private final long lookNanos;
    private final LongSupplier nanoTime;
    private final Map<G, Heard<S>> heard = new HashMap<>();
    private long looked;
    private long awake;

    /** The last heartbeat, and when it was first seen, in time awake. */
    private record Heard<S>(S sign, long at) {}

    /**
     * Creates an instance that has not heard of any group.
     *
     * @param limit how long a group may hear nothing
     * @param look the most that the time since the previous check counts for
     */
    LeaderSilence(Duration limit, Duration look, LongSupplier nanoTime) {
        this.limitNanos = limit.toNanos();
        this.lookNanos = look.toNanos();
        this.nanoTime = nanoTime;
        this.looked = nanoTime.getAsLong();
    }

    /**
     * Checks the last heartbeat of each group. Called several times within the limit.
     *
     * @return the silent groups; each is returned again after another limit, until there is a heartbeat
     */
    List<G> silent(Map<G, S> signs) {
        long now = nanoTime.getAsLong();
        awake += Math.min(now - looked, lookNanos);
        looked = now;
        heard.keySet().retainAll(signs.keySet());
        List<G> silent = new ArrayList<>();
        signs.forEach((group, sign) -> {
            Heard<S> last = heard.get(group);
            if (last == null || !last.sign.equals(sign)) {
                heard.put(group, new Heard<>(sign, awake));
            } else if (awake - last.at > limitNanos) {
                heard.put(group, new Heard<>(sign, awake));
                silent.add(group);
            }
        });
        return silent;
    }
}
