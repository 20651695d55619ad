package io.wkmq.cluster.hazelcast.cp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Tells which groups have heard nothing of a leader for too long. Time in which this process was held up does not count, as it could not
 * hear anybody, but for a part of each look: whoever is held up all the time sees a silence later, not never. Confined to one thread at a
 * time.
 *
 * @param <G> what stands for a group
 * @param <S> a sign of life; equal to the one before if nothing was heard since
 */
final class LeaderSilence<G, S> {
    private final long limitNanos;
    private final long lookNanos;
    private final LongSupplier nanoTime;
    private final Map<G, Heard<S>> heard = new HashMap<>();
    private long looked;
    private long awake;

    /** The last sign, and when it was seen, in time awake. */
    private record Heard<S>(S sign, long at) {}

    /**
     * Has heard nothing of any group.
     *
     * @param limit how long a group may hear nothing
     * @param look what counts of the time since the last look, at most
     */
    LeaderSilence(Duration limit, Duration look, LongSupplier nanoTime) {
        this.limitNanos = limit.toNanos();
        this.lookNanos = look.toNanos();
        this.nanoTime = nanoTime;
        this.looked = nanoTime.getAsLong();
    }

    /**
     * Looks at the last sign that each group had. To be called several times in the limit.
     *
     * @return the groups that are silent; each again after another limit, until there is a sign
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
