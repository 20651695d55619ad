package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.Entry;
import io.wkmq.channel.records.ChannelRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** The records that the channels of a simulation were given, for judging what is read. Not thread-safe. */
final class GivenRecords {
    /** By channel, and by sequence number from 1 on. */
    private final Map<Integer, List<String>> bodies = new HashMap<>();

    /** Up to where each channel was to be trimmed. */
    private final Map<Integer, Long> trimmed = new HashMap<>();

    /** A channel is made. */
    void begin(int channel) {
        bodies.put(channel, new ArrayList<>());
    }

    /** One to four more messages for a channel. */
    List<Entry> some(int channel, Random random) {
        List<String> all = of(channel);
        List<Entry> entries = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int length = random.nextInt(random.nextInt(10) == 0 ? 900 : 60);
            String body = channel + ":" + (all.size() + 1) + ":" + "x".repeat(length);
            all.add(body);
            entries.add(SimNode.entry(body));
        }
        return entries;
    }

    /** How many messages a channel was given. */
    int count(int channel) {
        return of(channel).size();
    }

    void trim(int channel, long first) {
        trimmed.merge(channel, first, Math::max);
    }

    /** The first record that is left of a channel once all is trimmed that is to be; 0 if nothing is. */
    long trimmed(int channel) {
        return trimmed.getOrDefault(channel, 0L);
    }

    /**
     * Judges what was read of a channel: those are the next records, behind a gap of what was to be trimmed at most.
     *
     * @param expected the first one that was to come
     * @return the one behind them
     */
    long judge(int channel, long expected, ReadBatch batch) {
        long next = expected;
        ReadBatch.Gap gap = batch.gap();
        if (gap != null) {
            assertThat(gap.last())
                    .as("only what was trimmed of channel %s is not there", channel)
                    .isLessThan(trimmed(channel));
            next = gap.last() + 1;
        }
        for (ChannelRecord record : batch.records()) {
            assertThat(record.seq()).isEqualTo(next);
            assertThat(SimNode.text(record.entry().body()))
                    .isEqualTo(of(channel).get((int) next - 1));
            next++;
        }
        return next;
    }

    private List<String> of(int channel) {
        return Objects.requireNonNull(bodies.get(channel), "the channel is there");
    }
}
