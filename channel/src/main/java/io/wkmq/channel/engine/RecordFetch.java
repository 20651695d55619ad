package io.wkmq.channel.engine;

import io.wkmq.channel.records.ChannelRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of a channel by sequence number from this node's replica, waiting for those not applied yet. One read at a time; confined
 * to one thread, but stages may complete on others.
 */
final class RecordFetch implements AutoCloseable {
    private static final long BYTES = 256 << 10;

    private final GroupReplica replica;
    private final int channel;
    private @Nullable CompletionStage<ChannelReader> reader;

    RecordFetch(GroupReplica replica, int channel) {
        this.replica = replica;
        this.channel = channel;
    }

    /**
     * Reads records. Fails with a {@link ChannelGoneException} if there is no such channel.
     *
     * @param seqs in ascending order
     * @return those that exist, in order
     */
    CompletionStage<List<ChannelRecord>> read(List<Long> seqs) {
        CompletionStage<ChannelReader> opened = reader;
        if (opened == null) {
            opened = replica.read(channel, new ReadStart.Earliest());
            reader = opened;
        }
        return opened.thenCompose(from -> new Run(from, seqs).go());
    }

    /** Fails the read in progress. */
    @Override
    public void close() {
        CompletionStage<ChannelReader> opened = reader;
        reader = null;
        if (opened != null) {
            opened.whenComplete((from, failure) -> {
                if (from != null) {
                    from.close();
                }
            });
        }
    }

    /** A read in progress, which fetches contiguous runs one at a time. */
    private static final class Run {
        private final ChannelReader from;
        private final List<Long> seqs;
        private final Set<Long> wanted;
        private final List<ChannelRecord> found = new ArrayList<>();
        private final CompletableFuture<List<ChannelRecord>> done = new CompletableFuture<>();
        private int at;

        private Run(ChannelReader from, List<Long> seqs) {
            this.from = from;
            this.seqs = seqs;
            this.wanted = new HashSet<>(seqs);
        }

        private CompletionStage<List<ChannelRecord>> go() {
            if (at == seqs.size()) {
                done.complete(found);
                return done;
            }
            long first = seqs.get(at);
            int count = 1;
            while (at + count < seqs.size() && seqs.get(at + count) == first + count) {
                count++;
            }
            from.seek(first);
            from.read(count, BYTES).whenComplete(this::arrived);
            return done;
        }

        private void arrived(@Nullable ReadBatch batch, @Nullable Throwable failure) {
            if (batch == null) {
                done.completeExceptionally(failure == null ? new IllegalStateException("Nothing was read") : failure);
                return;
            }
            for (ChannelRecord record : batch.records()) {
                if (wanted.remove(record.seq())) {
                    found.add(record);
                }
            }
            while (at < seqs.size() && seqs.get(at) < batch.next()) { // what is gone is skipped
                at++;
            }
            go();
        }
    }
}
