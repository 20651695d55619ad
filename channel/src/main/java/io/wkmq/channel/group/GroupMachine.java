package io.wkmq.channel.group;

import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.AppendResult.PartResult;
import io.wkmq.channel.group.CursorAnswer.Result;
import io.wkmq.channel.group.GroupOp.CursorMove;
import io.wkmq.channel.group.GroupOp.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of a group: applies the entries of its log in order. Confined to one thread. Deterministic: replicas that have applied
 * the same entries have the same state and records, and have given the same answers.
 */
public final class GroupMachine {
    /** The storage of the channels. The machine modifies the states it gets, and reports that. */
    public interface Channels {
        /** Returns the state of a channel; null if there is none. May read from the disk if the channel was idle for long. */
        @Nullable
        ChannelState find(int channel);

        /** Reports a new or modified state. */
        void changed(ChannelState state);

        /** Removes a channel with its records, and remembers that it existed. */
        void dropped(int channel);

        /** Returns whether a channel was {@link #dropped}: it cannot be recreated. */
        boolean wasDropped(int channel);

        /** Stores the next record of a channel. */
        void appended(int channel, long seq, long timeMs, long term, Entry entry);

        /** Reports that a reader that took the cursor before this entry has lost it. */
        void cursorLost(int channel, String cursor, long index);

        /** Reports that the records before this one are no longer needed. */
        void trimmed(int channel, long first);

        /** Reports that a channel continues with this record, which is after the expected one. Earlier records are no longer needed. */
        void skipped(int channel, long first);
    }

    private final Channels channels;
    private final Producers producers = new Producers();
    private long applied;
    private long term;

    /** Creates a machine with an empty state. */
    public GroupMachine(Channels channels) {
        this.channels = channels;
    }

    /** Returns the index of the last applied entry; 0 if there is none. */
    public long applied() {
        return applied;
    }

    /** Returns the leadership term: the number of {@link #newTerm} entries applied so far. */
    public long term() {
        return term;
    }

    Producers producers() {
        return producers;
    }

    void restore(long appliedIndex, long restoredTerm) {
        applied = appliedIndex;
        term = restoredTerm;
    }

    /** Applies an entry that starts a new leadership term, unless it was applied before. */
    public void newTerm(long index) {
        if (advance(index)) {
            term++;
        }
    }

    /**
     * Applies an entry.
     *
     * @return the result; null if the entry was applied before, or has no answer
     */
    public @Nullable GroupAnswer apply(long index, GroupOp op) {
        if (!advance(index)) {
            return null;
        }
        if (op instanceof GroupOp.Append append) {
            return producers.once(append.id(), () -> append(append));
        }
        if (op instanceof GroupOp.Configure configure) {
            configure(configure);
        } else if (op instanceof GroupOp.Trim trim) {
            trim(trim);
        } else if (op instanceof GroupOp.MoveCursors cursors) {
            cursors.moves().forEach(move -> move(move, cursors.timeMs()));
        } else if (op instanceof GroupOp.TakeCursor take) {
            return take(take);
        } else if (op instanceof GroupOp.SetCursor set) {
            return set(set);
        } else if (op instanceof GroupOp.ExpireCursors expire) {
            expire(expire);
        } else if (op instanceof GroupOp.BeginImport begin) {
            return begin(begin);
        } else if (op instanceof GroupOp.Import some) {
            return importSome(some);
        } else if (op instanceof GroupOp.EndImport end) {
            return end(end);
        } else {
            drop(((GroupOp.Drop) op).channel());
        }
        return null;
    }

    /** An unknown channel is marked as dropped too: the operation that creates it may come late. */
    private void drop(int channel) {
        if (channels.find(channel) != null || !channels.wasDropped(channel)) {
            channels.dropped(channel);
        }
    }

    /**
     * Recovers an existing record whose log entry is lost; does nothing if it is not the next one of its channel.
     *
     * @param seq its number
     * @return whether it was recovered
     */
    public boolean take(int channel, long seq, long timeMs, Entry entry) {
        ChannelState state = taking(channel);
        if (state == null || state.next() != seq) {
            return false;
        }
        state.append(entry, Math.max(timeMs, state.lastTimeMs()));
        channels.changed(state);
        return true;
    }

    private boolean advance(long index) {
        if (index <= applied) {
            return false;
        }
        applied = index;
        return true;
    }

    private AppendResult.Done append(GroupOp.Append append) {
        List<PartResult> results = new ArrayList<>(append.parts().size());
        for (Part part : append.parts()) {
            results.add(append(part, append.timeMs()));
        }
        return new AppendResult.Done(term, results);
    }

    /** Returns a channel to which records can be appended; null if there is none, or it is being imported. */
    private @Nullable ChannelState taking(int channel) {
        ChannelState state = channels.find(channel);
        return state == null || state.importing() ? null : state;
    }

    private PartResult append(Part part, long producerTimeMs) {
        int count = part.entries().size();
        long[] seqs = new long[count];
        ChannelState state = taking(part.channel());
        if (state == null) {
            Outcome[] none = new Outcome[count];
            Arrays.fill(none, Outcome.NO_CHANNEL);
            return new PartResult(producerTimeMs, seqs, none);
        }
        long timeMs = Math.max(producerTimeMs, state.lastTimeMs());
        Outcome @Nullable [] outcomes = null;
        for (int i = 0; i < count; i++) {
            Entry entry = part.entries().get(i);
            MessageKey key = entry.key();
            RecentKeys.Known known = key == null ? null : state.keys().find(key, timeMs, state.rules());
            if (key == null || known == null) {
                seqs[i] = state.append(entry, timeMs);
                channels.appended(part.channel(), seqs[i], timeMs, term, entry);
                continue;
            }
            if (outcomes == null) {
                outcomes = new Outcome[count];
                Arrays.fill(outcomes, Outcome.APPENDED);
            }
            seqs[i] = known.seq();
            outcomes[i] = known.content() == key.content() ? Outcome.DUPLICATE : Outcome.CONFLICT;
        }
        channels.changed(state);
        return new PartResult(timeMs, seqs, outcomes);
    }

    private void configure(GroupOp.Configure configure) {
        ChannelState state = channels.find(configure.channel());
        ChannelRules rules = configure.rules();
        if (state == null) {
            if (!channels.wasDropped(configure.channel())) { // by a node that had not learned of the drop
                channels.changed(new ChannelState(configure.channel(), rules));
            }
        } else if (rules.revision() > state.rules().revision()) {
            state.rules(rules);
            channels.changed(state);
        }
    }

    private void trim(GroupOp.Trim trim) {
        ChannelState state = taking(trim.channel());
        if (state != null && state.trim(trim.first())) {
            channels.trimmed(trim.channel(), state.first());
            channels.changed(state);
        }
    }

    private void move(CursorMove move, long timeMs) {
        ChannelState state = taking(move.channel());
        if (state != null
                && state.cursors().move(move.cursor(), move.hold(), Math.min(move.next(), state.next()), timeMs)) {
            channels.changed(state);
        }
    }

    private CursorAnswer take(GroupOp.TakeCursor take) {
        ChannelState state = taking(take.channel());
        if (state == null) {
            return CursorAnswer.not(Result.NO_CHANNEL);
        }
        Cursor now = state.cursors().find(take.cursor());
        if (now == null && state.cursors().size() >= state.rules().cursorsMax()) {
            return CursorAnswer.not(Result.TOO_MANY);
        }
        if (now != null && now.taking() == take.taking()) {
            return new CursorAnswer(Result.DONE, now.hold(), now.next());
        }
        long next = now == null ? Math.max(1, Math.min(take.start(), state.next())) : now.next();
        long usedMs = now == null ? take.timeMs() : Math.max(now.usedMs(), take.timeMs());
        put(state, take.cursor(), new Cursor(next, usedMs, take.reader(), take.taking(), applied));
        return new CursorAnswer(Result.DONE, applied, next);
    }

    private CursorAnswer set(GroupOp.SetCursor set) {
        ChannelState state = taking(set.channel());
        if (state == null) {
            return CursorAnswer.not(Result.NO_CHANNEL);
        }
        Cursor now = state.cursors().find(set.cursor());
        if (set.next() == 0) {
            if (!state.cursors().remove(set.cursor())) {
                return CursorAnswer.not(Result.NO_CURSOR);
            }
            lost(state, set.cursor());
            return new CursorAnswer(Result.DONE, applied, 0);
        }
        if (now == null && state.cursors().size() >= state.rules().cursorsMax()) {
            return CursorAnswer.not(Result.TOO_MANY);
        }
        long next = Math.max(1, Math.min(set.next(), state.next()));
        long usedMs = now == null ? set.timeMs() : Math.max(now.usedMs(), set.timeMs());
        put(state, set.cursor(), new Cursor(next, usedMs, now == null ? "" : now.reader(), 0, applied));
        return new CursorAnswer(Result.DONE, applied, next);
    }

    private void put(ChannelState state, String name, Cursor cursor) {
        state.cursors().put(name, cursor);
        lost(state, name);
    }

    private void expire(GroupOp.ExpireCursors expire) {
        ChannelState state = taking(expire.channel());
        if (state != null) {
            state.cursors().expire(expire.usedBeforeMs()).forEach(name -> lost(state, name));
        }
    }

    private ImportAnswer begin(GroupOp.BeginImport begin) {
        ChannelState known = channels.find(begin.channel());
        if (known != null) {
            if (known.importing()
                    && begin.first() > known.next()) { // trimmed at its origin since, past damaged records
                known.beginAgain(begin.first());
                channels.skipped(begin.channel(), begin.first());
                channels.changed(known);
            }
            return ImportAnswer.of(known);
        }
        if (channels.wasDropped(begin.channel())) {
            return ImportAnswer.noChannel();
        }
        ChannelState made = ChannelState.importing(begin.channel(), begin.rules(), begin.first());
        channels.changed(made);
        return ImportAnswer.of(made);
    }

    private ImportAnswer importSome(GroupOp.Import some) {
        ChannelState state = channels.find(some.channel());
        if (state == null) {
            return ImportAnswer.noChannel();
        }
        if (state.importing() && state.next() == some.from()) {
            some.keys().forEach(known -> state.keys().restore(known.key(), known.seq(), known.timeMs()));
            for (GroupOp.ImportedRecord record : some.records()) {
                long seq = state.append(record.entry(), record.timeMs());
                channels.appended(state.channel(), seq, record.timeMs(), record.term(), record.entry());
            }
            for (GroupOp.ImportedCursor cursor : some.cursors()) {
                state.cursors()
                        .put(cursor.name(), new Cursor(cursor.next(), cursor.usedMs(), cursor.reader(), 0, applied));
            }
            channels.changed(state);
        }
        return ImportAnswer.of(state);
    }

    private ImportAnswer end(GroupOp.EndImport end) {
        ChannelState state = channels.find(end.channel());
        if (state == null) {
            return ImportAnswer.noChannel();
        }
        if (state.importing() && state.next() == end.next()) {
            state.endImport(end.lastTimeMs(), end.digest());
            channels.changed(state);
        }
        return ImportAnswer.of(state);
    }

    private void lost(ChannelState state, String cursor) {
        channels.changed(state);
        channels.cursorLost(state.channel(), cursor, applied);
    }
}
