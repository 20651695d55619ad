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
 * Applies the entries of a group's log, in their order. Belongs to the thread that does. Deterministic: replicas that have applied the
 * same entries have the same state, the same records and have given the same answers.
 */
public final class GroupMachine {
    /** What is kept of the channels. The machine changes a state that it was given, and says so. */
    public interface Channels {
        /** The state of a channel, null if there is none. May read it from the disk: then its channel was idle for long. */
        @Nullable
        ChannelState find(int channel);

        /** A state is new, or was changed. */
        void changed(ChannelState state);

        /** A channel is gone with its records. That it was there is not forgotten. */
        void dropped(int channel);

        /** Whether a channel was {@link #dropped}: it does not come back. */
        boolean wasDropped(int channel);

        /** A record is the next one of its channel. */
        void appended(int channel, long seq, long timeMs, long term, Entry entry);

        /** Who has taken a cursor in front of that entry has it no more. */
        void cursorLost(int channel, String cursor, long index);

        /** The records in front of that one are not needed any more. */
        void trimmed(int channel, long first);

        /** A channel goes on with that record, behind the one that was to be next. Those in front are not needed any more. */
        void skipped(int channel, long first);
    }

    private final Channels channels;
    private final Producers producers = new Producers();
    private long applied;
    private long term;

    /** Starts with nothing. */
    public GroupMachine(Channels channels) {
        this.channels = channels;
    }

    /** The index of the last entry that was applied; 0 if none was. */
    public long applied() {
        return applied;
    }

    /** How often the group has had another leader. */
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

    /** An entry says that there is another leader. Nothing if it was applied before. */
    public void newTerm(long index) {
        if (advance(index)) {
            term++;
        }
    }

    /**
     * Applies an entry.
     *
     * @return what became of it; null if it was applied before, or if it is none that is answered
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

    /** One that is not known counts as dropped too: what was to make it may be late. */
    private void drop(int channel) {
        if (channels.find(channel) != null || !channels.wasDropped(channel)) {
            channels.dropped(channel);
        }
    }

    /**
     * Takes a record that is there, for the entry that brought it is lost; nothing if it is not the next one of its channel.
     *
     * @param seq its number
     * @return whether it was
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

    /** A channel that takes what is appended, and has readers; null if there is none. */
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
            if (!channels.wasDropped(configure.channel())) { // by somebody who had not heard of it
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
                    && begin.first() > known.next()) { // it was trimmed there since, behind what was damaged
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
