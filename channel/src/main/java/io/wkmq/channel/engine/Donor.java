package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.fill.FillAnswer;
import io.wkmq.channel.fill.FillCodec;
import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.fill.FillQuestion;
import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.mvstore.PinnedRows;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.ReadLimit;
import io.wkmq.channel.records.RecordPage;
import io.wkmq.channel.storage.CorruptDataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives other nodes what their replicas miss: the rows of a group's last checkpoint, pinned as an offer while they are asked for, and
 * records; also log entries, for learners. Thread-safe; does not block. The number of offers is bounded.
 */
final class Donor {
    private static final int OFFERS_MAX = 32;
    private static final long IDLE_MS = 60_000;

    /** How long a large entry stays encoded while its parts are asked for. */
    private static final long LARGE_MS = 30_000;

    /** Pages of entries larger than this, in bytes, are not encoded on the group's loop. */
    private static final int LOOP_BYTES_MAX = 32 << 10;

    private static final byte[] NONE = {};

    /** The overhead of a row, in bytes. */
    private static final int ROW_BYTES = 16;

    private final Sources sources;
    private final NodeTable table;
    private final Executor gives;
    private final EngineLoop timer;
    private final LongSupplier ids;
    private final FillLimits limits;
    private final BooleanSupplier copies;
    private final LargePages large = LargePages.ofThisProcess();

    @GuardedBy("this")
    private final Map<Long, Offered> offers = new HashMap<>();

    /**
     * A replica of this node.
     *
     * @param channels the replica's channels; null if it has none
     * @param feed the feed of the entries that it applies
     */
    record Source(FollowingReplica follower, @Nullable GroupReplica channels, EngineLoop loop, EntryFeed feed) {}

    /** This node's replicas. Thread-safe. */
    interface Sources {
        /** Returns the replica of a group; null if there is none. */
        @Nullable
        Source of(int group);
    }

    /** An offer: a pinned checkpoint that another node fetches. */
    private static final class Offered {
        private final Source source;
        private final PinnedRows rows;
        private volatile long usedMs;

        private Offered(Source source, PinnedRows rows, long usedMs) {
            this.source = source;
            this.rows = rows;
            this.usedMs = usedMs;
        }
    }

    /** A step that may fail. */
    private interface Step {
        FillAnswer run() throws IOException;
    }

    /**
     * Creates a donor of the given replicas.
     *
     * @param gives runs blocking reads
     * @param timer expires idle offers
     * @param ids a source of numbers that never repeat, not even after a restart of the node: random ones
     * @param copies whether this node has copies only, which follow the replicas of others: nothing of those is given, as nobody
     *     verifies what a donor gives, and a copy may have diverged
     */
    Donor(
            Sources sources,
            NodeTable table,
            Executor gives,
            EngineLoop timer,
            LongSupplier ids,
            FillLimits limits,
            BooleanSupplier copies) {
        this.sources = sources;
        this.table = table;
        this.gives = gives;
        this.timer = timer;
        this.ids = ids;
        this.limits = limits;
        this.copies = copies;
    }

    /** Answers an encoded {@link FillQuestion} with an encoded {@link FillAnswer}. Any thread. */
    CompletionStage<byte[]> answer(byte[] question) {
        CompletableFuture<FillAnswer> answer = new CompletableFuture<>();
        try {
            answer(FillCodec.decodeQuestion(question), answer);
        } catch (CorruptDataException | RejectedExecutionException e) {
            answer.complete(refused(String.valueOf(e)));
        }
        return answer.thenApply(made -> FillCodec.encode(made));
    }

    private void answer(FillQuestion question, CompletableFuture<FillAnswer> answer) {
        if (question instanceof FillQuestion.Hello hello) {
            hello(hello, answer);
        } else if (question instanceof FillQuestion.State state) {
            Offered offered = use(state.offer());
            answer.complete(offered == null ? unknown() : state(offered, state.offset()));
        } else if (question instanceof FillQuestion.Rows rows) {
            Offered offered = use(rows.offer());
            if (offered == null) {
                answer.complete(unknown());
            } else {
                read(answer, () -> part(rows(offered.rows, rows.from()), rows.offset()));
            }
        } else if (question instanceof FillQuestion.Records records) {
            Offered offered = use(records.offer());
            if (offered == null) {
                answer.complete(unknown());
            } else {
                records(offered.source, records, answer);
            }
        } else if (question instanceof FillQuestion.Entries entries) {
            entries(entries, answer);
        } else {
            end(((FillQuestion.Bye) question).offer());
            answer.complete(new FillAnswer.Part(0, NONE));
        }
    }

    private void hello(FillQuestion.Hello hello, CompletableFuture<FillAnswer> answer) {
        Source source = sources.of(hello.group());
        if (source == null) {
            answer.complete(refused("it has no replica of group " + hello.group()));
            return;
        }
        if (copies.getAsBoolean()) {
            answer.complete(refused("it has a copy of group " + hello.group() + " only"));
            return;
        }
        source.loop.execute(() -> {
            try {
                answer.complete(offer(source, hello.atLeast()));
            } catch (IOException | RejectedExecutionException e) {
                answer.complete(refused(String.valueOf(e)));
            }
        });
    }

    private void entries(FillQuestion.Entries wanted, CompletableFuture<FillAnswer> answer) {
        Source source = sources.of(wanted.group());
        if (source == null) {
            answer.complete(refused("it has no replica of group " + wanted.group()));
            return;
        }
        byte[] kept = wanted.offset() == 0 ? null : large.find(wanted.group(), wanted.after());
        if (kept != null) {
            answer.complete(part(kept, wanted.offset()));
            return;
        }
        source.loop.execute(() -> source.feed
                .behind(wanted.after(), wanted.holdMs())
                .whenComplete((page, failure) -> {
                    if (page == null) {
                        answer.complete(refused(String.valueOf(failure)));
                    } else if (isLarge(page)) {
                        read(answer, () -> part(encode(wanted, page), wanted.offset())); // not on the group's loop
                    } else {
                        answer.complete(part(FillPages.encode(page), wanted.offset()));
                    }
                }));
    }

    private boolean isLarge(FillPages.Entries page) {
        long bytes = 0;
        for (FillPages.Entry entry : page.entries()) {
            byte[] op = entry.op();
            bytes += op == null ? 0 : op.length;
        }
        return bytes > Math.min(LOOP_BYTES_MAX, limits.partBytesMax() / 2);
    }

    /** Encodes a page. If it exceeds one answer, as a large entry does, keeps it for the requests for its other parts. */
    private byte[] encode(FillQuestion.Entries wanted, FillPages.Entries page) {
        byte[] encoded = FillPages.encode(page);
        if (encoded.length > limits.partBytesMax()) {
            long number = large.keep(wanted.group(), wanted.after(), encoded);
            timer.execute(() -> timer.after(LARGE_MS, () -> large.forget(wanted.group(), wanted.after(), number)));
        }
        return encoded;
    }

    /** Makes an offer. Must be called on the group's loop, so that the table's rows are those of a single log entry. */
    private FillAnswer offer(Source source, long atLeast) throws IOException {
        FollowingReplica follower = source.follower;
        if (!follower.whole()) {
            return refused("its replica of group " + follower.group() + " is being filled itself");
        }
        if (follower.applied() < atLeast) {
            return refused(
                    "its replica of group " + follower.group() + " has applied entry " + follower.applied() + " only");
        }
        follower.save(atLeast);
        long id = ids.getAsLong();
        synchronized (this) {
            if (offers.size() >= OFFERS_MAX) {
                return refused("it gives to " + offers.size() + " others already");
            }
            offers.put(id, new Offered(source, table.pin(follower.group()), timer.nowMs()));
        }
        timer.execute(() -> timer.after(IDLE_MS, () -> endIfIdle(id)));
        return new FillAnswer.Offer(id, follower.checkpointed());
    }

    private synchronized @Nullable Offered use(long id) {
        Offered offered = offers.get(id);
        if (offered != null) {
            offered.usedMs = timer.nowMs();
        }
        return offered;
    }

    private void endIfIdle(long id) {
        Offered offered;
        synchronized (this) {
            offered = offers.get(id);
        }
        if (offered == null) {
            return;
        }
        long leftMs = IDLE_MS - (timer.nowMs() - offered.usedMs);
        if (leftMs > 0) {
            timer.after(leftMs, () -> endIfIdle(id));
        } else {
            end(id);
        }
    }

    private void end(long id) {
        Offered offered;
        synchronized (this) {
            offered = offers.remove(id);
        }
        if (offered != null) {
            offered.rows.close();
        }
    }

    private FillAnswer state(Offered offered, int offset) {
        byte[] state = offered.rows.state();
        return state == null ? refused("it has no state of the group") : part(state, offset);
    }

    private byte[] rows(PinnedRows pinned, int from) throws IOException {
        List<FillPages.Row> found = new ArrayList<>();
        int next = from;
        long bytes = 0;
        while (bytes <= limits.pageBytes()) {
            int before = found.size();
            pinned.channels(next, limits.rowsMax(), (channel, row) -> found.add(new FillPages.Row(channel, row)));
            if (found.size() - before < limits.rowsMax()) {
                return FillPages.encode(new FillPages.Rows(found, 0));
            }
            for (FillPages.Row row : found.subList(before, found.size())) {
                bytes += ROW_BYTES + row.row().length;
            }
            next = found.get(found.size() - 1).channel() + 1;
        }
        return FillPages.encode(new FillPages.Rows(found, next));
    }

    private void records(Source source, FillQuestion.Records wanted, CompletableFuture<FillAnswer> answer) {
        GroupReplica replica = source.channels;
        if (replica == null) {
            answer.complete(refused("group " + source.follower.group() + " has no records"));
            return;
        }
        replica.pin(wanted.channel()).whenComplete((pinned, failure) -> {
            if (failure instanceof ChannelGoneException) {
                // dropped since the offer was made: answer as if everything was trimmed
                answer.complete(part(FillPages.encode(new FillPages.Records(Long.MAX_VALUE, NONE)), wanted.offset()));
            } else if (failure != null) {
                answer.complete(refused(String.valueOf(failure)));
            } else {
                read(answer, () -> {
                    try {
                        return records(replica, pinned.tail, wanted);
                    } finally {
                        replica.unpin(pinned);
                    }
                });
            }
        });
    }

    private FillAnswer records(GroupReplica replica, Tail tail, FillQuestion.Records wanted) throws IOException {
        long from = Math.max(wanted.from(), tail.first());
        List<ChannelRecord> found =
                replica.records().read(tail.channel(), from, new ReadLimit(limits.recordsMax(), limits.pageBytes()));
        long first = tail.first();
        if (!found.isEmpty() && found.get(0).seq() == from) {
            byte[] page = RecordPage.encode(tail.channel(), RecordPage.dense(found));
            return part(FillPages.encode(new FillPages.Records(from, page)), wanted.offset());
        }
        if (first > wanted.from()) { // trimmed, perhaps entirely
            return part(FillPages.encode(new FillPages.Records(first, NONE)), wanted.offset());
        }
        return refused("record " + from + " of channel " + tail.channel() + " is lost there");
    }

    private void read(CompletableFuture<FillAnswer> answer, Step step) {
        try {
            gives.execute(() -> {
                try {
                    answer.complete(step.run());
                } catch (IOException | RuntimeException e) { // the asking node must be told that no answer will come
                    answer.complete(refused(String.valueOf(e)));
                }
            });
        } catch (RejectedExecutionException e) {
            answer.complete(refused("the node ends"));
        }
    }

    private FillAnswer part(byte[] whole, int offset) {
        if (offset > whole.length) {
            return refused("it has " + whole.length + " bytes now, none behind " + offset);
        }
        int end = offset + Math.min(limits.partBytesMax(), whole.length - offset);
        boolean all = offset == 0 && end == whole.length;
        return new FillAnswer.Part(whole.length, all ? whole : Arrays.copyOfRange(whole, offset, end));
    }

    private static FillAnswer unknown() {
        return refused("the offer is not known any more");
    }

    private static FillAnswer refused(String reason) {
        return new FillAnswer.Refused(reason);
    }
}
