package io.wkmq.channel.engine;

import io.wkmq.channel.group.CursorAnswer;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.GroupOp.CursorMove;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.channel.storage.CorruptDataException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cursors held by a node's readers: takes them, and stores their progress, in one operation per group. Confined to the engine's loop,
 * except for methods marked as callable on any thread.
 */
final class HeldCursors {
    private static final Logger LOG = LoggerFactory.getLogger(HeldCursors.class);

    /** The interval at which progress is stored. */
    private static final long STORE_MS = 100;

    /** The interval at which cursors are reported as in use: shorter than the shortest expiry. */
    private static final long USED_MS = 60_000;

    /** How long to wait for a group to confirm an operation before it is sent again. */
    private static final long ANSWER_MS = 5_000;

    /** The maximum number of moves in one operation. */
    private static final int MOVES_MAX = 256;

    private final Groups groups;
    private final EngineLoop loop;
    private final Clock clock;
    private final LongSupplier takings;
    private final Set<HeldCursor> held = ConcurrentHashMap.newKeySet();
    private final Set<HeldCursor> moved = new LinkedHashSet<>();
    private final Set<Integer> storing = new HashSet<>(); // groups that have not answered yet
    private boolean scheduled; // whether the next store is scheduled
    private boolean watching;
    private boolean closed;

    /** Where the cursors are. Thread-safe. */
    interface Groups {
        /** Returns this node's replica of a channel's group. */
        GroupReplica replica(int channel);

        /** Appends an operation to the log of a group, as {@link ReplicatedLog#propose}. */
        CompletionStage<byte[]> propose(int group, byte[] op);
    }

    /** An attempt to store the progress of some cursors. */
    private static final class Attempt {
        private final int group;
        private final List<HeldCursor> cursors;
        private final long sinceMs;
        private boolean over;

        private Attempt(int group, List<HeldCursor> cursors, long sinceMs) {
            this.group = group;
            this.cursors = cursors;
            this.sinceMs = sinceMs;
        }
    }

    /**
     * Creates an empty set.
     *
     * @param takings a source of unique numbers
     */
    HeldCursors(Groups groups, EngineLoop loop, Clock clock, LongSupplier takings) {
        this.groups = groups;
        this.loop = loop;
        this.clock = clock;
        this.takings = takings;
    }

    /**
     * Takes a cursor, from whoever holds it, and reads on from there; progress that readers on this node have made before counts. Any
     * thread. Fails with {@link ChannelGoneException} if there is no such channel, and with {@link CursorRefusedException} if the channel
     * has too many cursors.
     *
     * @param reader the new holder
     * @param start the record a new cursor begins with
     */
    CompletionStage<ChannelReader> take(int channel, String name, String reader, ReadStart start) {
        GroupReplica replica = groups.replica(channel);
        long taking = takings.getAsLong();
        return replica.locate(channel, start)
                .thenCompose(seq -> {
                    GroupOp take = new GroupOp.TakeCursor(channel, name, reader, taking, seq, clock.millis());
                    return behindMoves(replica.group(), () -> propose(replica, take, name));
                })
                .thenCompose(taken -> {
                    HeldCursor cursor = new HeldCursor(this, channel, name, taken.hold(), taken.next());
                    return replica.read(cursor);
                });
    }

    /**
     * Sets a cursor, and takes it away from its holder. Any thread. Fails as {@link #take}.
     *
     * @param start the record its next reader begins with
     */
    CompletionStage<Void> reset(int channel, String name, ReadStart start) {
        GroupReplica replica = groups.replica(channel);
        return replica.locate(channel, start).thenCompose(seq -> set(replica, channel, name, seq));
    }

    /** Removes a cursor. Any thread. Fails as {@link #take}, and with {@link CursorRefusedException} if there is no such cursor. */
    CompletionStage<Void> remove(int channel, String name) {
        return set(groups.replica(channel), channel, name, 0);
    }

    private CompletionStage<Void> set(GroupReplica replica, int channel, String name, long next) {
        GroupOp set = new GroupOp.SetCursor(channel, name, next, clock.millis());
        return behindMoves(replica.group(), () -> propose(replica, set, name)).thenAccept(done -> {});
    }

    private CompletionStage<CursorAnswer> behindMoves(int group, Supplier<CompletionStage<CursorAnswer>> proposal) {
        return loop.compose(() -> {
            storing.remove(group); // no need to wait for an answer: the log preserves the order
            store();
            return proposal.get();
        });
    }

    private CompletionStage<CursorAnswer> propose(GroupReplica replica, GroupOp op, String name) {
        return groups.propose(replica.group(), OpCodec.encode(op)).thenApply(bytes -> answer(bytes, name));
    }

    private static CursorAnswer answer(byte[] bytes, String name) {
        try {
            CursorAnswer answer = StateCodec.decodeCursor(bytes);
            return switch (answer.result()) {
                case DONE -> answer;
                case NO_CHANNEL -> throw new CursorRefusedException("The channel was removed");
                case NO_CURSOR -> throw new CursorRefusedException("There is no cursor " + name);
                case TOO_MANY ->
                    throw new CursorRefusedException(
                            "The channel has as many cursors as it may have; cursor " + name + " is one too many");
            };
        } catch (CorruptDataException | CursorRefusedException e) {
            throw new CompletionException(e);
        }
    }

    /** Returns the largest lag, in records, of a channel's readers with cursors on this node, by channel number. Any thread. */
    Map<Integer, Long> lags() {
        Map<Integer, Long> lags = new HashMap<>();
        held.forEach(cursor -> lags.merge(cursor.channel(), cursor.lag(), Math::max));
        return lags;
    }

    /** Called when a reader has begun with a cursor. Any thread. */
    void begin(HeldCursor cursor) {
        onLoop(cursor, () -> {
            held.add(cursor);
            if (!watching) {
                watching = true;
                loop.after(USED_MS, this::use);
            }
        });
    }

    /** Called when a cursor's reader has ended; its progress is still stored. Any thread. */
    void end(HeldCursor cursor) {
        onLoop(cursor, () -> held.remove(cursor));
    }

    /** Called on a cursor's first progress since {@link HeldCursor#storing}. Any thread. */
    void moved(HeldCursor cursor) {
        onLoop(cursor, () -> {
            moved.add(cursor);
            cursor.unstored(loop.nowMs());
            schedule();
        });
    }

    private void onLoop(HeldCursor cursor, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            cursor.lose(); // the channels are closed: nothing is stored any more
        }
    }

    private void schedule() {
        if (!scheduled && !closed) {
            scheduled = true;
            loop.after(STORE_MS, () -> {
                scheduled = false;
                store();
            });
        }
    }

    /** Reports all cursors as in use, and checks whether others have taken them. */
    private void use() {
        watching = !held.isEmpty() && !closed;
        if (!watching) {
            return;
        }
        for (HeldCursor cursor : held) {
            groups.replica(cursor.channel()).look(cursor);
            moved.add(cursor);
            cursor.unstored(loop.nowMs());
        }
        schedule();
        loop.after(USED_MS, this::use);
    }

    /** Stores the progress of all cursors, except of groups with an unanswered operation. */
    private void store() {
        Map<Integer, List<HeldCursor>> byGroup = new HashMap<>();
        for (HeldCursor cursor : moved) {
            int group = groups.replica(cursor.channel()).group();
            if (!storing.contains(group)) {
                byGroup.computeIfAbsent(group, each -> new ArrayList<>()).add(cursor);
            }
        }
        byGroup.forEach((group, cursors) ->
                store(group, cursors.size() <= MOVES_MAX ? cursors : cursors.subList(0, MOVES_MAX)));
        if (!moved.isEmpty()) {
            schedule();
        }
    }

    private void store(int group, List<HeldCursor> cursors) {
        List<CursorMove> moves = new ArrayList<>(cursors.size());
        for (HeldCursor cursor : cursors) {
            moved.remove(cursor);
            cursor.storing();
            if (!cursor.isLost()) {
                moves.add(new CursorMove(cursor.channel(), cursor.name(), cursor.hold(), cursor.next()));
            }
        }
        if (moves.isEmpty()) {
            return;
        }
        storing.add(group);
        Attempt attempt = new Attempt(group, List.copyOf(cursors), loop.nowMs());
        loop.after(ANSWER_MS, () -> stored(attempt, new TimeoutException("No answer within " + ANSWER_MS + " ms")));
        propose(group, OpCodec.encode(new GroupOp.MoveCursors(clock.millis(), moves)))
                .whenComplete((answer, failure) -> {
                    try {
                        loop.execute(() -> stored(attempt, failure));
                    } catch (RejectedExecutionException e) {
                        LOG.debug("The channels were closed before cursors were stored group={}", group);
                    }
                });
    }

    private CompletionStage<byte[]> propose(int group, byte[] op) {
        return closed
                ? CompletableFuture.failedFuture(new LogClosedException("The channels are closed", null))
                : groups.propose(group, op);
    }

    private void stored(Attempt attempt, @Nullable Throwable failure) {
        if (attempt.over) {
            return;
        }
        attempt.over = true;
        storing.remove(attempt.group);
        if (failure == null) {
            attempt.cursors.forEach(cursor -> cursor.stored(attempt.sinceMs, moved.contains(cursor)));
        }
        if (failure != null && !(failure instanceof LogClosedException)) {
            LOG.debug("Cursors could not be stored, it is tried again group={}", attempt.group, failure);
            moved.addAll(attempt.cursors);
            schedule();
        }
    }

    /** Stores the progress made so far, and nothing afterwards. */
    void close() {
        while (!moved.isEmpty() && !closed) {
            int before = moved.size();
            storing.clear(); // no need to wait for answers: the log preserves the order
            store();
            if (moved.size() == before) {
                break;
            }
        }
        closed = true;
    }
}
