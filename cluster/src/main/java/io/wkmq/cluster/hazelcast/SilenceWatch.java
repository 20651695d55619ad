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
 * Detects members that are silent for too long before Hazelcast does, so that they are gone when the longest permitted silence is over.
 * Members lost by the same cut are reported together, the leader last. Once the leader is suspected the next member in line claims the
 * lead, and waits five seconds for each member that it does not suspect by then. The other members must have missed the leader too by the
 * time they are asked, for otherwise they stay with it and part from the claimant. Hence the one that would claim waits longest. Confined
 * to one thread.
 *
 * <p>Where the leader uses the phi accrual detector, the regularity of each member shortens the silence permitted to it. Whether the leader
 * itself is gone must be found by all at the same time, so there everybody uses the same limit.
 *
 * <p>Time during which this process stalled does not count, since it could not hear anybody.
 *
 * @param <M> identifies a member
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
     * Creates a watch that has not heard any member.
     *
     * @param limit how long a member may be silent
     * @param heartbeat the time between two heartbeats; also the most that a single delayed check counts for
     * @param detector how this node, as the leader, detects that another one is gone
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
     * Checks the latest heartbeats. Called several times per heartbeat interval.
     *
     * @param signs the latest heartbeat of each other member, as any value that differs between heartbeats, in the order of joining
     * @param leader the leader; null if this node leads
     * @param elders the members that would lead before this node does
     * @return the members to give up, in that order; each is returned once until it is heard again
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
            if (!named.remove(member)) { // the time of an absence does not count against its regularity
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
