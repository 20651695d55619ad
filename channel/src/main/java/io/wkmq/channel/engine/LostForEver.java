package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers lost records on a standalone node until their channel is scrubbed again. Thread-safe; bounded. */
final class LostForEver implements Damages {
    private static final Logger LOG = LoggerFactory.getLogger(LostForEver.class);

    private static final int CHANNELS_MAX = 10_000;

    private final IntFunction<GroupReplica> replicas;
    private final ScrubCounts counts;

    /** Keyed by channel number. */
    @GuardedBy("this")
    private final Map<Integer, Range> lost = new TreeMap<>();

    /** The range of lost records; {@code next} is exclusive. */
    private record Range(long from, long next) {
        boolean has(long first, long behind) {
            return from <= first && behind <= next;
        }

        Range with(long first, long behind) {
            return new Range(Math.min(from, first), Math.max(next, behind));
        }
    }

    /**
     * Creates an empty instance.
     *
     * @param replicas returns the replica that has a channel
     */
    LostForEver(IntFunction<GroupReplica> replicas, ScrubCounts counts) {
        this.replicas = replicas;
        this.counts = counts;
    }

    @Override
    public @Nullable CompletionStage<Void> found(int channel, long from, long next) {
        if (remember(channel, from, next)) {
            counts.damaged.increment();
            LOG.error(
                    "Records of a channel are lost, readers are told of a gap. Restore the file from a backup, or trim the channel"
                            + " behind them channel={} from={} to={}",
                    channel,
                    from,
                    next - 1);
            var unused = replicas.apply(channel).seal(channel, next).whenComplete((nothing, failure) -> {
                if (failure != null) {
                    LOG.warn("New records are written to a corrupt file channel={}", channel, failure);
                }
            });
        }
        return null;
    }

    private synchronized boolean remember(int channel, long from, long next) {
        Range before = lost.get(channel);
        if (before == null ? lost.size() >= CHANNELS_MAX : before.has(from, next)) {
            return false;
        }
        lost.put(channel, before == null ? new Range(from, next) : before.with(from, next));
        return true;
    }

    @Override
    public synchronized void looking(int channel) {
        lost.remove(channel);
    }

    @Override
    public synchronized void forget(int channel, long first) {
        Range range = lost.get(channel);
        if (range != null && range.next() <= first) {
            lost.remove(channel);
        } else if (range != null && range.from() < first) {
            lost.put(channel, new Range(first, range.next()));
        }
    }

    @Override
    public synchronized @Nullable String trouble() {
        if (lost.isEmpty()) {
            return null;
        }
        Map.Entry<Integer, Range> first = lost.entrySet().iterator().next();
        return "Messages of " + lost.size() + " channels are lost, as of number " + first.getKey() + " some from "
                + first.getValue().from() + " to " + (first.getValue().next() - 1) + "; the log names the files";
    }
}
