package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.ChannelState;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.quorum.Truth;
import io.wkmq.channel.quorum.Truth.Contents;
import io.wkmq.channel.quorum.Truth.Held;
import io.wkmq.channel.quorum.Truth.Message;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.ReadLimit;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Compares one life of a replica with the effect of the entries it has applied: the same channels, ends, digests and cursors; every message
 * not trimmed, once, under its number. What it has observed must never be undone. Not thread-safe.
 */
final class ReplicaInspector {
    private static final int MANY = 10_000;

    private final Truth truth;
    private final String who;

    /** What the channels had when it looked last; empty before, and while the replica was not whole. */
    private final Map<Integer, Contents> seen = new HashMap<>();

    /** The number behind the last message of each channel that was read. */
    private final Map<Integer, Long> read = new HashMap<>();

    private long applied;

    ReplicaInspector(Truth truth, String who) {
        this.truth = truth;
        this.who = who;
    }

    /** Looks at what has changed. */
    void look(SimReplica of) throws IOException {
        of.loop.work();
        GroupReplica replica = of.replica();
        if (!of.follower.whole()) {
            assertThat(pin(of, 0)).as("%s is not whole, and is read", who).isCompletedExceptionally();
            seen.clear();
            read.clear();
            return;
        }
        assertThat(replica.applied()).as("entries applied by %s", who).isBetween(applied, truth.entries());
        applied = replica.applied();
        Map<Integer, Contents> expected = truth.after(applied);
        Set<Integer> all = new HashSet<>(seen.keySet());
        all.addAll(expected.keySet());
        for (int channel : all) {
            if (expected.containsKey(channel)) {
                Contents contents = Objects.requireNonNull(expected.get(channel));
                if (!contents.equals(seen.get(channel))) {
                    look(of, channel, contents);
                }
            } else {
                assertThat(pin(of, channel))
                        .as("%s has channel %s, dropped", who, channel)
                        .isCompletedExceptionally();
                seen.remove(channel);
                read.remove(channel);
            }
        }
    }

    /** Looks at all, also at what seems not to have changed. */
    void lookAnew(SimReplica of) throws IOException {
        seen.clear();
        read.clear();
        look(of);
    }

    private static CompletableFuture<LiveChannel> pin(SimReplica of, int channel) {
        CompletableFuture<LiveChannel> pinned = of.replica().pin(channel).toCompletableFuture();
        of.loop.work();
        return pinned;
    }

    private void look(SimReplica of, int channel, Contents expected) throws IOException {
        CompletableFuture<LiveChannel> pinned = pin(of, channel);
        assertThat(pinned)
                .as("%s has channel %s after entry %s", who, channel, applied)
                .isCompleted();
        ChannelState state = pinned.join().state;
        Position position = state.position();
        assertThat(contents(state))
                .as("%s channel %s after entry %s", who, channel, applied)
                .isEqualTo(expected);
        Contents before = seen.put(channel, expected);
        if (before != null) {
            neverBack(channel, before, expected);
        }
        records(of, channel, position);
        of.replica().unpin(pinned.join());
        of.loop.work();
    }

    private static Contents contents(ChannelState state) {
        Map<String, Held> cursors = new HashMap<>();
        state.readers()
                .forEach((name, cursor) -> cursors.put(name, new Held(cursor.next(), cursor.hold(), cursor.taking())));
        Position position = state.position();
        return new Contents(position.first(), position.next(), position.digest(), cursors);
    }

    private void neverBack(int channel, Contents before, Contents now) {
        assertThat(now.first()).as("%s channel %s begins", who, channel).isBetween(before.first(), now.next());
        assertThat(now.next()).as("%s channel %s ends", who, channel).isGreaterThanOrEqualTo(before.next());
        before.cursors().forEach((name, cursor) -> {
            Held moved = Objects.requireNonNull(now.cursors().get(name));
            assertThat(moved.next()).as("%s cursor %s", who, name).isGreaterThanOrEqualTo(cursor.next());
            assertThat(moved.hold()).as("%s hold of %s", who, name).isGreaterThanOrEqualTo(cursor.hold());
        });
    }

    /**
     * All messages that were not read yet. Those that were trimmed, or dropped with their channel, need not be there: after a crash their
     * files may be gone before that is applied again.
     */
    private void records(SimReplica of, int channel, Position position) throws IOException {
        long next = Math.max(position.first(), read.getOrDefault(channel, 1L));
        while (next < position.next()) {
            List<ChannelRecord> found = of.replica().records().read(channel, next, new ReadLimit(MANY, Long.MAX_VALUE));
            if (found.isEmpty() || found.get(0).seq() > next) {
                long there = found.isEmpty() ? position.next() : found.get(0).seq();
                assertThat(there)
                        .as("%s channel %s misses %s, trimmed is what is in front of", who, channel, next)
                        .isLessThanOrEqualTo(truth.trimmed(channel));
                next = there;
            }
            for (ChannelRecord record : found) {
                Message expected = Objects.requireNonNull(truth.message(channel, next));
                assertThat(record.seq()).as("%s channel %s", who, channel).isEqualTo(next);
                assertThat(SimNode.text(record.entry().body()))
                        .as("%s %s", who, record)
                        .isEqualTo(expected.body());
                assertThat(record.term()).as("%s %s", who, record).isEqualTo(expected.term());
                next++;
            }
        }
        read.put(channel, next);
    }
}
