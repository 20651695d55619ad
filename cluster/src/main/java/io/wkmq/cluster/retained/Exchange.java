package io.wkmq.cluster.retained;

import io.wkmq.cluster.loop.Line;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.retained.protocol.SyncMessage;
import io.wkmq.cluster.retained.protocol.SyncMessage.Differing;
import io.wkmq.cluster.retained.protocol.SyncMessage.Digest;
import io.wkmq.cluster.retained.protocol.SyncMessage.Group;
import io.wkmq.session.RetainedMessages;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Compares with one other node every second and pulls what differs: everything the first time, and later limited amounts so that
 * clients do not notice. Belongs to the loop.
 */
final class Exchange {
    private static final long PAUSE_MS = 1_000;
    private static final long SHORT_PAUSE_MS = 100;
    private static final int BUCKETS_AT_A_TIME = 512;
    private static final int PER_GROUP = RetainedMessages.BUCKETS / RetainedMessages.GROUPS;

    private final Peer peer;
    private final RetainedMessages retained;
    private final Line<SyncMessage> line;
    private final Executor loop;
    private final Counters counters;
    private final Turns turns;
    private final InstantSource clock;
    private final LongSupplier nowMs;
    private final Runnable caughtUp;
    private final Differences differences = new Differences();

    private boolean busy;
    private boolean ended;
    private boolean complete;
    private long dueMs;
    private int firstBucket;

    /**
     * Creates an exchange that starts with the next {@link #tick}.
     *
     * @param clock the time of day
     * @param nowMs a monotonic clock
     * @param caughtUp called when everything that the node had has been requested
     */
    Exchange(
            Peer peer,
            RetainedMessages retained,
            Line<SyncMessage> line,
            Executor loop,
            Counters counters,
            Turns turns,
            InstantSource clock,
            LongSupplier nowMs,
            Runnable caughtUp) {
        this.peer = peer;
        this.retained = retained;
        this.line = line;
        this.loop = loop;
        this.counters = counters;
        this.turns = turns;
        this.clock = clock;
        this.nowMs = nowMs;
        this.caughtUp = caughtUp;
    }

    Peer peer() {
        return peer;
    }

    /** Returns whether everything that the node had has been requested once. */
    boolean complete() {
        return complete;
    }

    /** Ends the exchange because the node is gone. */
    void end() {
        ended = true;
    }

    void tick() {
        if (busy || ended || nowMs.getAsLong() < dueMs) {
            return;
        }
        busy = true;
        long atMs = clock.millis();
        long[] mine = retained.hashes(atMs);
        line.ask(
                peer.id(),
                new Digest(atMs, Answers.groups(mine)),
                Differing.class,
                differing -> compare(atMs, mine, differing),
                () -> rest(complete ? PAUSE_MS : SHORT_PAUSE_MS));
    }

    private void rest(long ms) {
        busy = false;
        dueMs = nowMs.getAsLong() + ms;
    }

    private void compare(long atMs, long[] mine, Differing differing) {
        long[] theirs = mine.clone();
        for (Group group : differing.groups()) {
            System.arraycopy(group.hashes(), 0, theirs, group.number() * PER_GROUP, PER_GROUP);
        }
        for (int bucket = 0; bucket < mine.length; bucket++) {
            if (theirs[bucket] == mine[bucket]) {
                differences.same(bucket);
            }
        }
        if (differing.groups().isEmpty()) {
            allAsked(PAUSE_MS);
        } else {
            turns.take(() -> pull(atMs, theirs));
        }
    }

    private void allAsked(long pauseMs) {
        if (!complete) {
            complete = true;
            caughtUp.run();
        }
        rest(pauseMs);
    }

    private void pull(long atMs, long[] theirs) {
        if (ended) {
            turns.over();
            return;
        }
        // other exchanges had their turn meanwhile
        long[] mine = retained.hashes(atMs);
        long room = retained.roomMade();
        List<Integer> wanted = wanted(mine, theirs, room);
        long pauseMs = wanted.size() == BUCKETS_AT_A_TIME ? SHORT_PAUSE_MS : PAUSE_MS;
        new Pass(peer.id(), wanted, retained, line, loop, counters, new Pass.Listener() {
                    @Override
                    public void asked(int bucket, boolean gained, boolean refused) {
                        long now = nowMs.getAsLong();
                        differences.asked(bucket, mine[bucket], theirs[bucket], room, now, gained, refused);
                    }

                    @Override
                    public void over(boolean whole) {
                        if (whole) {
                            allAsked(pauseMs);
                        } else {
                            rest(PAUSE_MS);
                        }
                        turns.over();
                    }
                })
                .start();
    }

    private List<Integer> wanted(long[] mine, long[] theirs, long room) {
        List<Integer> wanted = new ArrayList<>();
        int max = complete ? BUCKETS_AT_A_TIME : mine.length;
        for (int i = 0; i < mine.length && wanted.size() < max; i++) {
            int bucket = (firstBucket + i) % mine.length;
            if (mine[bucket] != theirs[bucket]
                    && differences.worthAsking(bucket, mine[bucket], theirs[bucket], room, nowMs.getAsLong())) {
                wanted.add(bucket);
            }
        }
        if (!wanted.isEmpty()) {
            firstBucket = (wanted.get(wanted.size() - 1) + 1) % mine.length;
        }
        return wanted;
    }
}
