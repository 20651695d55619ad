package io.wkmq.channel.group;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The channels of a group, in memory. */
final class SimChannels implements GroupMachine.Channels {
    record Kept(long seq, long timeMs, long term, String body) {}

    final Map<Integer, ChannelState> states = new TreeMap<>();
    final Map<Integer, List<Kept>> records = new TreeMap<>();
    final Set<Integer> dropped = new HashSet<>();
    final List<String> lost = new ArrayList<>(); // cursor@index

    @Override
    public @Nullable ChannelState find(int channel) {
        return states.get(channel);
    }

    @Override
    public void changed(ChannelState state) {
        states.put(state.channel(), state);
    }

    @Override
    public void dropped(int channel) {
        states.remove(channel);
        records.remove(channel);
        dropped.add(channel);
    }

    @Override
    public boolean wasDropped(int channel) {
        return dropped.contains(channel);
    }

    @Override
    public void appended(int channel, long seq, long timeMs, long term, Entry entry) {
        records(channel).add(new Kept(seq, timeMs, term, new String(entry.body(), StandardCharsets.UTF_8)));
    }

    @Override
    public void cursorLost(int channel, String cursor, long index) {
        lost.add(cursor + '@' + index);
    }

    @Override
    public void trimmed(int channel, long first) {
        records(channel).removeIf(kept -> kept.seq < first);
    }

    @Override
    public void skipped(int channel, long first) {
        trimmed(channel, first);
    }

    List<Kept> records(int channel) {
        return records.computeIfAbsent(channel, c -> new ArrayList<>());
    }

    /** The same channels as another replica would have stored them and read them again. */
    SimChannels stored() {
        SimChannels copy = new SimChannels();
        states.forEach(
                (channel, state) -> copy.states.put(channel, StateCodec.decodeChannel(StateCodec.encode(state))));
        records.forEach((channel, kept) -> copy.records.put(channel, new ArrayList<>(kept)));
        copy.dropped.addAll(dropped);
        return copy;
    }
}
