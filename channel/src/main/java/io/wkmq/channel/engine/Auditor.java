package io.wkmq.channel.engine;

import io.wkmq.channel.audit.AuditAnswer;
import io.wkmq.channel.audit.AuditCodec;
import io.wkmq.channel.audit.AuditQuestion;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Digests;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.ReadLimit;
import io.wkmq.channel.records.RecordPage;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Reports what this node's replicas hold, so that replicas can be compared, and repairs them on request. Thread-safe; does not block. The
 * reading done for one answer is bounded ({@value #RANGE_RECORDS} records, {@value #RANGE_BYTES} bytes, or one record of any size).
 */
final class Auditor {
    static final int RANGE_RECORDS = 8_192;
    private static final long RANGE_BYTES = 16 << 20;

    /** How many records replicas may be apart for their digests to be compared. */
    static final int PREFIX_RECORDS = 100_000;

    private static final int PAGE_RECORDS = 256;
    private static final long PAGE_BYTES = 1 << 20;

    /** How long one scrub request waits before it is answered with interim results. */
    private static final long SCRUB_MS = 1_000;

    private final Replicas replicas;
    private final Executor reads;
    private final Care care;

    /** This node's replicas. Thread-safe. */
    interface Replicas {
        /** Returns the replica of a channel's group; null if there is none. */
        @Nullable
        GroupReplica of(int channel);
    }

    /** What this node can do to maintain its replicas. Thread-safe; does not block. */
    interface Care {
        /** Returns whether this node has copies (learners) only, which follow the replicas of others and count in no majority. */
        boolean copies();

        /** Returns why this node's data must not be compared with that of others; null if it may be. */
        @Nullable
        String apart();

        /**
         * Scrubs the records of a channel, or of all channels if it is null; completes after {@code patienceMs} even if the scrub is still
         * going on.
         */
        CompletionStage<ScrubReport> scrub(@Nullable Integer channel, long patienceMs);

        /** Discards a channel's data and fetches it anew from one of the given nodes; completes once that has begun. */
        CompletionStage<Void> refill(int channel, Set<NodeId> donors);
    }

    /** A step that may fail. */
    private interface Step {
        AuditAnswer run() throws IOException;
    }

    /**
     * Creates an auditor of the given replicas.
     *
     * @param reads runs blocking reads
     */
    Auditor(Replicas replicas, Executor reads, Care care) {
        this.replicas = replicas;
        this.reads = reads;
        this.care = care;
    }

    /** Answers an encoded {@link AuditQuestion} with an encoded {@link AuditAnswer}. */
    CompletionStage<byte[]> answer(byte[] question) {
        try {
            return answer(AuditCodec.decodeQuestion(question)).thenApply(answer -> AuditCodec.encode(answer));
        } catch (CorruptDataException e) {
            return CompletableFuture.completedFuture(AuditCodec.encode(new AuditAnswer.Refused(String.valueOf(e))));
        }
    }

    /** Answers a question. Never fails: if there is no answer, the reason is the answer. */
    CompletionStage<AuditAnswer> answer(AuditQuestion question) {
        String apart = care.apart();
        if (apart != null) {
            return CompletableFuture.completedFuture(new AuditAnswer.Refused(apart));
        }
        if (question instanceof AuditQuestion.Scrub scrub) {
            return scrub(scrub.channel() == 0 ? null : (Integer) scrub.channel());
        }
        if (question instanceof AuditQuestion.Refill refill) {
            return refill(refill);
        }
        GroupReplica replica = replicas.of(question.channel());
        if (replica == null) {
            return CompletableFuture.completedFuture(new AuditAnswer.Refused("it has no replica of the channel yet"));
        }
        CompletableFuture<AuditAnswer> answer = new CompletableFuture<>();
        var unused = replica.position(question.channel()).whenComplete((position, failure) -> {
            if (failure != null) {
                answer.complete(refused(failure));
            } else if (position == null) {
                answer.complete(new AuditAnswer.Refused("it has no such channel"));
            } else if (question instanceof AuditQuestion.Extent) {
                answer.complete(new AuditAnswer.Extent(position.first(), position.next(), care.copies()));
            } else {
                read(replica, position, question, answer);
            }
        });
        return answer;
    }

    private CompletionStage<AuditAnswer> scrub(@Nullable Integer channel) {
        return care.scrub(channel, SCRUB_MS)
                .<AuditAnswer>thenApply(report -> new AuditAnswer.Scrubbed(
                        report.done(), report.channels(), report.bytes(), report.damaged(), report.repaired()))
                .exceptionally(Auditor::refused);
    }

    /** Refills only if this node itself finds its digest to differ from the one it is told. */
    private CompletionStage<AuditAnswer> refill(AuditQuestion.Refill wanted) {
        if (wanted.agreed().isEmpty()) {
            return CompletableFuture.completedFuture(new AuditAnswer.Refused(
                    "no node is said to have the channel as it should be; expected one at least"));
        }
        return answer(new AuditQuestion.Prefix(wanted.channel(), wanted.last())).thenCompose(found -> {
            if (!(found instanceof AuditAnswer.Prefix own)) {
                return CompletableFuture.completedFuture(found);
            }
            return own.digest() == wanted.digest()
                    ? CompletableFuture.completedFuture(new AuditAnswer.Refilling(false))
                    : care.refill(wanted.channel(), Set.copyOf(wanted.agreed()))
                            .<AuditAnswer>thenApply(nothing -> new AuditAnswer.Refilling(true))
                            .exceptionally(Auditor::refused);
        });
    }

    private static AuditAnswer refused(Throwable failure) {
        return new AuditAnswer.Refused(String.valueOf(failure.getMessage()));
    }

    private void read(
            GroupReplica replica, Position position, AuditQuestion question, CompletableFuture<AuditAnswer> answer) {
        var unused = replica.pin(question.channel()).whenComplete((pinned, failure) -> {
            if (failure != null) {
                answer.complete(refused(failure));
                return;
            }
            var unusedToo = answer.whenComplete((done, never) -> replica.unpin(pinned));
            if (question instanceof AuditQuestion.Prefix prefix) {
                run(answer, () -> prefix(replica, pinned.tail, position, prefix.last()));
            } else if (question instanceof AuditQuestion.Range range) {
                run(answer, () -> range(replica, pinned.tail, range.from(), range.to()));
            }
        });
    }

    private void run(CompletableFuture<AuditAnswer> answer, Step step) {
        try {
            reads.execute(() -> {
                try {
                    answer.complete(step.run());
                } catch (IOException | RuntimeException e) { // the asking node must be told that no answer will come
                    answer.complete(refused(e));
                }
            });
        } catch (RejectedExecutionException e) {
            answer.complete(new AuditAnswer.Refused("the node ends"));
        }
    }

    /** Computes the digest up to {@code last} by rolling back the state machine's current digest record by record. */
    private static AuditAnswer prefix(GroupReplica replica, Tail tail, Position position, long last)
            throws IOException {
        long behind = position.next() - 1 - last;
        if (behind < 0 || behind > PREFIX_RECORDS) {
            return new AuditAnswer.Refused("it has record " + (position.next() - 1) + " as the last one; expected "
                    + last + " or up to " + PREFIX_RECORDS + " behind that");
        }
        long[] checksums = new long[(int) behind];
        long next = last + 1;
        while (next < position.next()) {
            List<ChannelRecord> page = page(replica, tail, next, position.next());
            if (page.isEmpty()) {
                return new AuditAnswer.Refused("record " + next + " cannot be read now");
            }
            for (ChannelRecord record : page) {
                checksums[(int) (record.seq() - last - 1)] =
                        Digests.checksum(record.entry().body());
            }
            next += page.size();
        }
        long digest = position.digest();
        for (long seq = position.next() - 1; seq > last; seq--) {
            digest = Digests.previous(digest, seq, checksums[(int) (seq - last - 1)]);
        }
        return new AuditAnswer.Prefix(digest);
    }

    private static AuditAnswer range(GroupReplica replica, Tail tail, long from, long to) throws IOException {
        if (to > tail.next()) {
            return new AuditAnswer.Refused(
                    "it has record " + (tail.next() - 1) + " as the last one; expected " + (to - 1));
        }
        long end = Math.min(to, from + RANGE_RECORDS);
        long next = from;
        long bytes = 0;
        long digest = 0;
        while (next < end && bytes < RANGE_BYTES) {
            List<ChannelRecord> page = page(replica, tail, next, end);
            if (tail.first() > from) {
                return new AuditAnswer.Trimmed(tail.first());
            }
            if (page.isEmpty()) {
                return new AuditAnswer.Damaged(next, "it is not on the disk as it was written");
            }
            for (ChannelRecord record : page) {
                digest = Digests.next(digest, record.seq(), RecordPage.encode(tail.channel(), List.of(record)));
                bytes += record.bytes();
            }
            next += page.size();
        }
        return new AuditAnswer.Range(next, digest);
    }

    /** Returns consecutive records starting with {@code from}; none if that record is missing. */
    private static List<ChannelRecord> page(GroupReplica replica, Tail tail, long from, long end) throws IOException {
        List<ChannelRecord> found = replica.records()
                .read(tail.channel(), from, new ReadLimit((int) Math.min(PAGE_RECORDS, end - from), PAGE_BYTES));
        if (tail.gone()) {
            throw new ChannelGoneException(tail.channel()); // it was removed, or is being fetched anew
        }
        return found.isEmpty() || found.get(0).seq() != from ? List.of() : RecordPage.dense(found);
    }
}
