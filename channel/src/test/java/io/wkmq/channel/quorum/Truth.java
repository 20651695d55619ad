package io.wkmq.channel.quorum;

import io.wkmq.channel.group.Digests;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.MessageKey;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The effect of the committed entries of a group's log, computed in the plainest way: what every replica that has applied a given number of
 * entries must contain. Covers operations of appenders, retention and readers, and the creation and removal of channels. Message names are
 * never forgotten. Not thread-safe.
 */
public final class Truth {
    private final List<Map<Integer, Contents>> history = new ArrayList<>(List.of(Map.of()));
    private final Map<Integer, Channel> channels = new TreeMap<>();
    private final Map<Integer, List<Message>> messages = new HashMap<>();
    private final Map<Integer, Long> trimmed = new HashMap<>();
    private final Map<UUID, OpId> producers = new HashMap<>();
    private final Set<String> bodies = new HashSet<>();
    private long terms;

    /**
     * The content of a channel.
     *
     * @param first the sequence number of the first retained message
     * @param next the sequence number of the next message
     * @param digest the digest of all messages ever appended
     * @param cursors the cursors by name
     */
    public record Contents(long first, long next, long digest, Map<String, Held> cursors) {
        /** Copies the cursors. */
        public Contents {
            cursors = Map.copyOf(cursors);
        }
    }

    /**
     * A cursor.
     *
     * @param hold the entry that assigned it to its reader
     * @param taking the identification by which that entry is recognized
     */
    public record Held(long next, long hold, long taking) {}

    /**
     * A message of a channel.
     *
     * @param index the entry that appended it
     * @param term how many leaders there had been
     */
    public record Message(long index, long term, String body) {}

    /** The current state of a channel. */
    private static final class Channel {
        private final int cursorsMax;
        private final Map<String, Held> cursors = new HashMap<>();
        private final Map<String, Long> named = new HashMap<>();
        private long first = 1;
        private long next = 1;
        private long digest;

        private Channel(int cursorsMax) {
            this.cursorsMax = cursorsMax;
        }
    }

    /** How many entries it has taken. */
    public long entries() {
        return history.size() - 1L;
    }

    /** What all channels had when so many entries were applied; nothing of those that were not there. */
    public Map<Integer, Contents> after(long index) {
        return history.get((int) index);
    }

    /** A message by its channel and number, be it trimmed or dropped; null if that was never given out. */
    public @Nullable Message message(int channel, long seq) {
        List<Message> all = messages.getOrDefault(channel, List.of());
        return seq < 1 || seq > all.size() ? null : all.get((int) seq - 1);
    }

    /** In front of which number a channel was trimmed: nobody needs to have those. All of them if it was dropped. */
    public long trimmed(int channel) {
        return trimmed.getOrDefault(channel, 1L);
    }

    /** Takes the next entry. */
    public void take(Slot slot) {
        long index = history.size();
        Set<Integer> changed = new HashSet<>();
        byte[] op = slot.op();
        if (op == null) {
            terms++;
        } else {
            take(index, OpCodec.decode(op), changed);
        }
        Map<Integer, Contents> now = new TreeMap<>(history.get((int) index - 1));
        for (int number : changed) {
            Channel channel = channels.get(number);
            if (channel == null) {
                now.remove(number);
            } else {
                now.put(number, new Contents(channel.first, channel.next, channel.digest, channel.cursors));
            }
        }
        history.add(now);
    }

    private void take(long index, GroupOp op, Set<Integer> changed) {
        if (op instanceof GroupOp.Append append) {
            append(index, append, changed);
        } else if (op instanceof GroupOp.Configure configure) {
            if (messages.putIfAbsent(configure.channel(), new ArrayList<>()) == null) {
                channels.put(configure.channel(), new Channel(configure.rules().cursorsMax()));
                changed.add(configure.channel());
            }
        } else if (op instanceof GroupOp.Drop drop) {
            messages.putIfAbsent(drop.channel(), new ArrayList<>()); // it is not made any more
            if (channels.remove(drop.channel()) != null) {
                trimmed.put(drop.channel(), Long.MAX_VALUE);
                changed.add(drop.channel());
            }
        } else if (op instanceof GroupOp.Trim trim) {
            Channel channel = channels.get(trim.channel());
            if (channel != null && trim.first() > channel.first) {
                channel.first = Math.min(trim.first(), channel.next);
                trimmed.put(trim.channel(), channel.first);
                changed.add(trim.channel());
            }
        } else if (op instanceof GroupOp.TakeCursor take) {
            take(index, take, changed);
        } else if (op instanceof GroupOp.MoveCursors moves) {
            moves.moves().forEach(move -> move(move, changed));
        } else {
            throw new IllegalArgumentException("What " + op + " does is not known here");
        }
    }

    private void append(long index, GroupOp.Append append, Set<Integer> changed) {
        OpId id = append.id();
        OpId last = producers.get(id.producer());
        long expected = last == null || last.epoch() < id.epoch() ? 1 : last.number() + 1;
        if ((last != null && last.epoch() > id.epoch()) || id.number() != expected) {
            return; // it was there before, or its time has not come, or is over
        }
        producers.put(id.producer(), id);
        for (GroupOp.Part part : append.parts()) {
            Channel channel = channels.get(part.channel());
            if (channel != null) {
                part.entries().forEach(entry -> append(index, part.channel(), channel, entry));
                changed.add(part.channel());
            }
        }
    }

    private void append(long index, int number, Channel channel, Entry entry) {
        MessageKey key = entry.key();
        if (key != null && channel.named.putIfAbsent(key.high() + ":" + key.low(), channel.next) != null) {
            return;
        }
        String body = new String(entry.body(), StandardCharsets.UTF_8);
        if (!bodies.add(number + "/" + body)) {
            throw new IllegalStateException("Message " + body + " comes twice by what was committed, without a name");
        }
        channel.digest = Digests.next(channel.digest, channel.next, entry.body());
        channel.next++;
        messages.computeIfAbsent(number, n -> new ArrayList<>()).add(new Message(index, terms, body));
    }

    private void take(long index, GroupOp.TakeCursor take, Set<Integer> changed) {
        Channel channel = channels.get(take.channel());
        Held now = channel == null ? null : channel.cursors.get(take.cursor());
        if (channel == null
                || (now == null && channel.cursors.size() >= channel.cursorsMax)
                || (now != null && now.taking() == take.taking())) {
            return;
        }
        long next = now == null ? Math.max(1, Math.min(take.start(), channel.next)) : now.next();
        channel.cursors.put(take.cursor(), new Held(next, index, take.taking()));
        changed.add(take.channel());
    }

    private void move(GroupOp.CursorMove move, Set<Integer> changed) {
        Channel channel = channels.get(move.channel());
        Held now = channel == null ? null : channel.cursors.get(move.cursor());
        if (channel != null && now != null && now.hold() == move.hold()) {
            long next = Math.max(now.next(), Math.min(move.next(), channel.next));
            channel.cursors.put(move.cursor(), new Held(next, now.hold(), now.taking()));
            changed.add(move.channel());
        }
    }
}
