package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Detector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices members that are silent for too long, before Hazelcast does: so that they are gone when the longest silence is over. And all
 * those together that one cut took away, the leader last: when the leader is suspected the next member claims its place, and waits
 * five seconds for each one that it does not suspect by then. The others must have missed the leader too when it asks them, for they
 * go on with it otherwise, and part with whoever claims: so whoever would claim waits longest. Confined to one thread.
 *
 * <p>Where the leader is to look at how regular each member is, that shortens the silence which it grants the member. Whether the leader
 * itself is gone all have to find at the same time, so they go by one limit.
 *
 * <p>Time in which this process stood still does not count, as it could not hear anybody.
 *
 * @param <M> what stands for a member
 */
final class SilenceWatch<M> {
    private final long limitNanos;
    private final long togetherNanos;
    private final Duration heartbeat;
    private final Detector detector;
    private final LongSupplier nanoTime;
    private final Map<M, Heard> heard = new HashMap<>();
    private final Set<M> named = new HashSet<>();
    private long looked;
    private long awake;

    /**
     * Has heard nobody.
     *
     * @param limit how long a member may be silent
     * @param heartbeat the time between two signs of life, and what is left of a look that comes later
     * @param detector how this node, as the leader, tells that another one is gone
     */
    SilenceWatch(Duration limit, Duration heartbeat, Detector detector, LongSupplier nanoTime) {
        this.limitNanos = limit.toNanos();
        this.togetherNanos = limit.toNanos() / 4 * 3;
        this.heartbeat = heartbeat;
        this.detector = detector;
        this.nanoTime = nanoTime;
        this.looked = nanoTime.getAsLong();
    }

    /**
     * Looks at the last signs of life. To be called several times per heartbeat.
     *
     * @param signs what was heard last of each other member, whatever tells one sign from the next; in the order of joining
     * @param leader who leads; null if this node does
     * @param elders who would lead before this node does
     * @return whom to give up, in that order; each once until it is heard again
     */
    List<M> silent(Map<M, Long> signs, @Nullable M leader, Set<M> elders) {
        long now = nanoTime.getAsLong();
        awake += Math.min(now - looked, heartbeat.toNanos());
        looked = now;
        heard.keySet().retainAll(signs.keySet());
        named.retainAll(signs.keySet());
        signs.forEach(this::hear);
        if (leader != null && silentFor(leader) < patience(elders)) {
            return List.of(); // the leader decides about the others
        }
        List<M> silent = new ArrayList<>();
        signs.keySet().stream()
                .filter(member -> silentFor(member) >= (leader == null ? limitOf(member) : togetherNanos))
                .filter(named::add)
                .forEach(silent::add);
        Collections.reverse(silent);
        return silent;
    }

    private void hear(M member, long sign) {
        Heard last = heard.get(member);
        if (last == null) {
            heard.put(member, new Heard(sign, awake, new SignIntervals(heartbeat)));
        } else if (last.sign != sign) {
            if (!named.remove(member)) { // how long it was gone does not make it less regular
                last.intervals.add(awake - last.at);
            }
            heard.put(member, new Heard(sign, awake, last.intervals));
        }
    }

    private long patience(Set<M> elders) {
        boolean next = elders.stream().allMatch(member -> silentFor(member) >= togetherNanos);
        return next ? limitNanos : Math.max(togetherNanos, limitNanos - heartbeat.toNanos());
    }

    private long limitOf(M member) {
        Heard last = heard.get(member);
        return last == null || detector == Detector.DEADLINE
                ? limitNanos
                : Math.min(limitNanos, last.intervals.enoughNanos());
    }

    private long silentFor(M member) {
        Heard last = heard.get(member);
        return last == null ? 0 : awake - last.at;
    }

    private record Heard(long sign, long at, SignIntervals intervals) {}
}
