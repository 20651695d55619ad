package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelState;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupMachine;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.channel.mvstore.GroupRows;
import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.RecordStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The channels of a group: in memory those that were used last or have changed since their rows were written, else in the node's table.
 * Belongs to the group's loop. What the disk does not do ends in an {@link IOException}, of what {@link GroupMachine.Channels} has in an
 * {@link UncheckedIOException}; then all of it is to be given up.
 */
final class LiveChannels implements GroupMachine.Channels {
    /** So many idle channels are looked at for each that is one too many. */
    private static final int LOOKED_AT_MAX = 32;

    private final int group;
    private final NodeTable table;
    private final RecordStore records;
    private final int liveMax;
    private final Map<Integer, LiveChannel> live = new LinkedHashMap<>(16, 0.75f, true);
    private final List<LiveChannel> touched = new ArrayList<>();

    /** Is told which records do not count any more. */
    private @Nullable Damages damages;

    /** Whose rows are not what they should be. */
    private Set<Integer> unsaved = new HashSet<>();

    /** Whose rows are being written. */
    private Set<Integer> saving = Set.of();

    /** Channels that are gone of which the table does not know yet. */
    private final Set<Integer> dropped = new HashSet<>();

    LiveChannels(int group, NodeTable table, RecordStore records, int liveMax) {
        this.group = group;
        this.table = table;
        this.records = records;
        this.liveMax = liveMax;
    }

    /** Tells that one from now on which records do not count any more. */
    void tell(Damages told) {
        damages = told;
    }

    private void forget(int channel, long first) {
        Damages told = damages;
        if (told != null) {
            told.forget(channel, first);
        }
    }

    /** A channel that is in use from now on, null if there is none. */
    @Nullable
    LiveChannel use(int channel) {
        LiveChannel known = live.get(channel);
        if (known != null) {
            return known;
        }
        byte[] row = dropped.contains(channel) ? null : row(channel);
        if (row == null || row.length == 0) {
            return null;
        }
        return begin(StateCodec.decodeChannel(row));
    }

    private LiveChannel begin(ChannelState state) {
        Position position = state.position();
        records.begin(state.channel(), position.first(), position.next());
        LiveChannel begun = new LiveChannel(state);
        live.put(state.channel(), begun);
        return begun;
    }

    private byte @Nullable [] row(int channel) {
        try {
            return table.channel(group, channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public @Nullable ChannelState find(int channel) {
        LiveChannel found = use(channel);
        return found == null ? null : found.state;
    }

    @Override
    public void changed(ChannelState state) {
        LiveChannel known = live.get(state.channel());
        LiveChannel changed = known == null ? begin(state) : known;
        unsaved.add(state.channel());
        if (!changed.touched) {
            changed.touched = true;
            touched.add(changed);
        }
    }

    @Override
    public void dropped(int channel) {
        LiveChannel gone = live.remove(channel);
        dropped.add(channel);
        unsaved.add(channel);
        if (gone != null) {
            gone.tail.end(); // before its files go: who reads finds out why
        }
        forget(channel, Long.MAX_VALUE);
        try {
            records.drop(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean wasDropped(int channel) {
        if (dropped.contains(channel)) {
            return true;
        }
        byte[] row = live.containsKey(channel) ? null : row(channel);
        return row != null && row.length == 0;
    }

    @Override
    public void appended(int channel, long seq, long timeMs, long term, Entry entry) {
        ChannelRecord record = new ChannelRecord(seq, timeMs, term, entry);
        LiveChannel of = live.get(channel);
        if (of != null && of.pins > 0) {
            of.tail.keep(record);
        }
        try {
            records.append(channel, record);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void cursorLost(int channel, String cursor, long index) {
        LiveChannel of = live.get(channel);
        if (of != null) {
            of.lost(cursor, index);
        }
    }

    @Override
    public void trimmed(int channel, long first) {
        try {
            records.trim(channel, first);
            forget(channel, first);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void skipped(int channel, long first) {
        try {
            records.skip(channel, first);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        trimmed(channel, first);
    }

    /** Lets readers have what has come, and forgets channels that nobody uses. */
    void settle() throws IOException {
        records.flush();
        for (LiveChannel channel : touched) {
            channel.advance();
        }
        touched.clear();
        shrink();
    }

    /** Forgets some channels that nobody uses, if there are too many. */
    void shrink() throws IOException {
        if (live.size() <= liveMax) {
            return;
        }
        List<LiveChannel> used = new ArrayList<>();
        int looked = 0;
        Iterator<LiveChannel> oldest = live.values().iterator();
        while (live.size() > liveMax && looked++ < LOOKED_AT_MAX && oldest.hasNext()) {
            LiveChannel found = oldest.next();
            int channel = found.state.channel();
            if (found.pins > 0 || unsaved.contains(channel) || saving.contains(channel)) {
                used.add(found);
            } else {
                records.end(channel);
                oldest.remove();
            }
        }
        for (LiveChannel each : used) { // to the back, so that others are looked at the next time
            live.remove(each.state.channel());
            live.put(each.state.channel(), each);
        }
    }

    /**
     * Lets go of the rows and files, which others may change until {@link #resume}. When all rows are saved.
     *
     * @return the channels that stay in use: whose records are begun
     */
    Set<Integer> pause() throws IOException {
        if (!unsaved.isEmpty() || !saving.isEmpty()) {
            throw new IllegalStateException("Group " + group + " is to pause with " + unsaved.size()
                    + " rows not saved, " + saving.size() + " being saved; expected none");
        }
        Set<Integer> used = new HashSet<>();
        Iterator<LiveChannel> all = live.values().iterator();
        while (all.hasNext()) {
            LiveChannel found = all.next();
            if (found.pins > 0) {
                used.add(found.state.channel());
                found.pause();
            } else {
                records.end(found.state.channel());
                all.remove();
            }
        }
        return used;
    }

    /**
     * Ends with a channel, and deletes its files, as when it is {@link #dropped}: who reads it, be it at this moment, finds nothing, and is
     * told that it is gone. When the table knows that its row does not count.
     */
    void forsake(int channel) throws IOException {
        LiveChannel gone = live.remove(channel);
        if (gone != null) {
            gone.tail.end(); // before its files go: who reads finds out why
        }
        forget(channel, Long.MAX_VALUE);
        if (gone == null) {
            records.begin(channel, 1, 1); // it was not in memory, its files go all the same
        }
        records.drop(channel);
    }

    /** Takes up the rows that others wrote. */
    void resume(long applied) {
        touched.clear();
        dropped.clear();
        for (LiveChannel used : List.copyOf(live.values())) {
            int channel = used.state.channel();
            byte[] row = row(channel);
            if (row == null || row.length == 0) {
                dropped(channel);
                dropped.clear(); // the table knows
                unsaved.clear();
            } else {
                used.replace(StateCodec.decodeChannel(row), applied);
            }
        }
    }

    /** How many channels are in memory. */
    int size() {
        return live.size();
    }

    /** How many channels would have other rows now. */
    int unsaved() {
        return unsaved.size();
    }

    /** The rows that are not what they should be. They count as being written until {@link #saved}. */
    Map<Integer, byte[]> rows() {
        Map<Integer, byte[]> rows = new HashMap<>();
        for (int channel : unsaved) {
            LiveChannel changed = live.get(channel);
            rows.put(channel, changed == null ? GroupRows.DROPPED : StateCodec.encode(changed.state));
        }
        saving = unsaved;
        unsaved = new HashSet<>();
        return rows;
    }

    /** The rows are on disk. */
    void saved() {
        // but those that were dropped since the rows were made
        dropped.removeIf(channel -> saving.contains(channel) && !unsaved.contains(channel));
        saving = Set.of();
    }
}
