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
 * The channels of a group. Those recently used, or changed since their rows were written, are in memory; all others are in the node's
 * table. Owned by the group's loop. Disk failures are reported as an {@link IOException}, or as an {@link UncheckedIOException} by the
 * methods of {@link GroupMachine.Channels}; after one the whole object must be discarded.
 */
final class LiveChannels implements GroupMachine.Channels {
    /** The number of idle channels examined per call to evict surplus ones. */
    private static final int LOOKED_AT_MAX = 32;

    private final int group;
    private final NodeTable table;
    private final RecordStore records;
    private final int liveMax;
    private final Map<Integer, LiveChannel> live = new LinkedHashMap<>(16, 0.75f, true);
    private final List<LiveChannel> touched = new ArrayList<>();

    /** Told which records no longer count. */
    private @Nullable Damages damages;

    /** Channels whose rows are out of date. */
    private Set<Integer> unsaved = new HashSet<>();

    /** Channels whose rows are being written. */
    private Set<Integer> saving = Set.of();

    /** Dropped channels whose drop is not yet in the table. */
    private final Set<Integer> dropped = new HashSet<>();

    LiveChannels(int group, NodeTable table, RecordStore records, int liveMax) {
        this.group = group;
        this.table = table;
        this.records = records;
        this.liveMax = liveMax;
    }

    /** Sets the listener that is told which records no longer count. */
    void tell(Damages told) {
        damages = told;
    }

    private void forget(int channel, long first) {
        Damages told = damages;
        if (told != null) {
            told.forget(channel, first);
        }
    }

    /** Returns a channel, loading it into memory if necessary; null if there is none. */
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
            gone.tail.end(); // before its files go: readers then find out why
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

    /** Lets readers see what was appended, and evicts idle channels. */
    void settle() throws IOException {
        records.flush();
        for (LiveChannel channel : touched) {
            channel.advance();
        }
        touched.clear();
        shrink();
    }

    /** Evicts some idle channels if there are too many. */
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
        for (LiveChannel each : used) { // to the back, so that others are examined next time
            live.remove(each.state.channel());
            live.put(each.state.channel(), each);
        }
    }

    /**
     * Releases rows and files, so that others may change them until {@link #resume}. Requires that all rows are saved.
     *
     * @return the channels that stay in use, whose records remain open
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
     * Removes a channel and deletes its files as if it were {@link #dropped}: its readers, even concurrent ones, find nothing and are told
     * that it is gone. Call only once the table marks its row as void.
     */
    void forsake(int channel) throws IOException {
        LiveChannel gone = live.remove(channel);
        if (gone != null) {
            gone.tail.end(); // before its files go: readers then find out why
        }
        forget(channel, Long.MAX_VALUE);
        if (gone == null) {
            records.begin(channel, 1, 1); // it was not in memory, but its files must go all the same
        }
        records.drop(channel);
    }

    /** Reloads the rows that others wrote. */
    void resume(long applied) {
        touched.clear();
        dropped.clear();
        for (LiveChannel used : List.copyOf(live.values())) {
            int channel = used.state.channel();
            byte[] row = row(channel);
            if (row == null || row.length == 0) {
                dropped(channel);
                dropped.clear(); // the table has it already
                unsaved.clear();
            } else {
                used.replace(StateCodec.decodeChannel(row), applied);
            }
        }
    }

    /** Returns the number of channels in memory. */
    int size() {
        return live.size();
    }

    /** Returns the number of channels whose rows are out of date. */
    int unsaved() {
        return unsaved.size();
    }

    /** Returns the rows that are out of date. They count as being written until {@link #saved}. */
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

    /** Reports that the rows are on disk. */
    void saved() {
        // except those dropped since the rows were made
        dropped.removeIf(channel -> saving.contains(channel) && !unsaved.contains(channel));
        saving = Set.of();
    }
}
