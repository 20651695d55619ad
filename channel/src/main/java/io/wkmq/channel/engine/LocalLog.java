package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.GroupRows;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.DiskFull;
import io.wkmq.channel.storage.Log;
import io.wkmq.channel.storage.LogRecord;
import io.wkmq.channel.storage.LogSegment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of all groups of a node that has no replicas elsewhere, as one file: what has gathered is written as one record, synced,
 * applied and answered. Belongs to its loop; proposals come from any thread. Checkpoints are written in the background.
 *
 * <p>After an error of the disk nothing is answered any more, until it is opened again: nobody knows what is on the disk. A full
 * disk is no such error as long as the log alone cannot be written.
 */
final class LocalLog {
    private static final Logger LOG = LoggerFactory.getLogger(LocalLog.class);

    private static final int RECORD_BYTES = 2 << 20;
    private static final long LOOK_MS = 1_000;

    private final LocalStore store;
    private final EngineLoop loop;
    private final Executor background;
    private final LocalOptions options;
    private final Log log;
    private final long[] indexes;
    private final ByteWriter writer = new ByteWriter(256 << 10);
    private List<Proposal> proposals = new ArrayList<>();
    private boolean due;
    private boolean saving;
    private long savedMs;
    private long lookedMs;

    /** Why there is no space now. */
    private volatile @Nullable String crowded;

    private volatile @Nullable String failure;
    private volatile boolean broken;

    private record Proposal(LogEntry entry, CompletableFuture<byte[]> answer) {}

    LocalLog(LocalStore store, EngineLoop loop, Executor background, LocalOptions options) {
        this.store = store;
        this.loop = loop;
        this.background = background;
        this.options = options;
        this.log = store.log();
        this.savedMs = loop.nowMs();
        this.lookedMs = savedMs - LOOK_MS;
        this.indexes =
                store.replicas().stream().mapToLong(GroupReplica::applied).toArray();
    }

    /** The log of one group. */
    ReplicatedLog of(int group) {
        return op -> propose(group, op);
    }

    private CompletionStage<byte[]> propose(int group, byte @Nullable [] op) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        loop.execute(() -> take(group, op, answer));
        return answer;
    }

    /** Begins another leadership of each group. */
    void begin() {
        for (int group = 0; group < indexes.length; group++) {
            int of = group;
            propose(of, null).whenComplete((answer, trouble) -> {
                if (trouble != null) {
                    LOG.error("The log of the channels could not be begun group={}", of, trouble);
                }
            });
        }
        loop.execute(this::tick);
        background.execute(this::prepare);
    }

    /** Makes the next file of the log, so that nobody has to wait for it. In the background. */
    private void prepare() {
        try {
            store.files().prepare();
        } catch (IOException e) {
            LOG.warn("The next file of the channels' log cannot be made yet", e);
        }
    }

    /** Why nothing is appended now, null if it is. Any thread. */
    @Nullable
    String trouble() {
        String failed = failure;
        return failed != null ? failed : crowded;
    }

    private void take(int group, byte @Nullable [] op, CompletableFuture<byte[]> answer) {
        String failed = failure;
        if (failed != null) {
            answer.completeExceptionally(new LogClosedException(failed, null));
            return;
        }
        look();
        String full = crowded;
        if (full != null) {
            answer.completeExceptionally(new OverloadedException(full));
            return;
        }
        proposals.add(new Proposal(new LogEntry(group, 0, op), answer));
        if (!due) {
            due = true;
            loop.execute(this::turn); // behind all that is here already
        }
    }

    /** Looks from time to time whether there is space. */
    private void look() {
        long now = loop.nowMs();
        if (now - lookedMs < LOOK_MS && store.files().totalBytes() <= options.logBytesMax()) {
            return;
        }
        lookedMs = now;
        crowded = shortage();
    }

    private @Nullable String shortage() {
        if (store.files().totalBytes() > options.logBytesMax()) {
            return "The log of the channels has " + store.files().totalBytes()
                    + " bytes that wait for a checkpoint; expected at most " + options.logBytesMax();
        }
        try {
            long usable = store.disk().usableBytes(store.directory());
            if (usable < options.reserveBytes()) {
                return "The disk of " + store.directory() + " has " + usable + " bytes left; expected at least "
                        + options.reserveBytes();
            }
        } catch (IOException e) {
            LOG.warn("The free space of {} is not known", store.directory(), e);
        }
        return null;
    }

    private void turn() {
        due = false;
        List<Proposal> all = proposals;
        proposals = new ArrayList<>();
        int from = 0;
        while (from < all.size()) {
            int to = from;
            int bytes = 0;
            while (to < all.size() && (to == from || bytes < RECORD_BYTES)) {
                byte[] op = all.get(to++).entry.op();
                bytes += op == null ? 0 : op.length;
            }
            commit(all.subList(from, to));
            from = to;
        }
        checkpointIfDue();
    }

    private void commit(List<Proposal> batch) {
        String failed = failure;
        if (failed != null) {
            fail(batch, new LogClosedException(failed, null));
            return;
        }
        List<LogEntry> entries = write(batch);
        if (entries.isEmpty()) {
            return;
        }
        List<byte[]> answers = new ArrayList<>(batch.size());
        try {
            for (LogEntry entry : entries) {
                answers.add(entry.applyTo(store.replicas().get(entry.group())));
            }
            for (GroupReplica replica : store.replicas()) {
                replica.settle();
            }
        } catch (IOException | RuntimeException e) {
            stop("What is in the log of the channels cannot be applied: " + e.getMessage(), e);
            fail(batch, new LogClosedException("The entry is in the log, but was not applied", e));
            return;
        }
        for (int i = 0; i < answers.size(); i++) {
            batch.get(i).answer.complete(answers.get(i));
        }
    }

    /** Writes a batch and syncs it; nothing if that did not work, then it is answered. */
    private List<LogEntry> write(List<Proposal> batch) {
        long[] before = indexes.clone();
        List<LogEntry> entries = new ArrayList<>(batch.size());
        writer.clear();
        writer.skip(LogRecord.HEADER_BYTES);
        writer.number(batch.size());
        for (Proposal proposal : batch) {
            LogEntry proposed = proposal.entry;
            LogEntry entry = new LogEntry(proposed.group(), ++indexes[proposed.group()], proposed.op());
            entries.add(entry);
            entry.write(writer);
        }
        try {
            log.append(writer.view(), true);
            return entries;
        } catch (IOException e) {
            boolean full =
                    !(e instanceof Log.SyncFailedException) && DiskFull.isCauseOf(e, store.disk(), store.directory());
            if (full) {
                System.arraycopy(before, 0, indexes, 0, before.length);
                fail(batch, new OverloadedException("The disk of " + store.directory() + " is full"));
            } else {
                String reason = "The log of the channels cannot be written: " + e.getMessage();
                stop(reason, e);
                fail(batch, new LogClosedException(reason, e));
            }
            return List.of();
        }
    }

    private static void fail(List<Proposal> batch, IOException why) {
        batch.forEach(proposal -> proposal.answer.completeExceptionally(why));
    }

    /** Takes nothing any more. The first reason stays. */
    private void stop(String reason, Throwable cause) {
        broken = true;
        if (failure == null) {
            failure = reason;
            LOG.error(
                    "Nothing is appended to channels any more. Find out what is wrong with the disk, then restart the node"
                            + " reason=\"{}\"",
                    reason,
                    cause);
        }
    }

    private void tick() {
        look();
        checkpointIfDue();
        if (failure == null) {
            loop.after(LOOK_MS, this::tick);
        }
    }

    private void checkpointIfDue() {
        if (saving || failure != null) {
            return;
        }
        boolean late = loop.nowMs() - savedMs >= options.checkpointInterval().toMillis();
        boolean full = log.hasFull();
        if (!full && !late && store.replicas().stream().noneMatch(GroupReplica::crowded)) {
            return;
        }
        savedMs = loop.nowMs();
        List<GroupReplica> changed =
                store.replicas().stream().filter(GroupReplica::changed).toList();
        if (changed.isEmpty() && !full) {
            return;
        }
        try {
            List<GroupRows> rows = new ArrayList<>(changed.size());
            for (GroupReplica replica : changed) {
                rows.add(replica.checkpoint());
            }
            List<LogSegment> segments = log.takeFull();
            long folded = log.sequence();
            saving = true;
            background.execute(() -> save(changed, rows, folded, segments));
        } catch (IOException e) {
            stop("A checkpoint of the channels cannot be made: " + e.getMessage(), e);
        }
    }

    /** In the background. */
    // a bug here must not go unseen: without checkpoints the log would grow
    @SuppressWarnings("IllegalCatch")
    private void save(List<GroupReplica> changed, List<GroupRows> rows, long folded, List<LogSegment> segments) {
        try {
            for (GroupReplica replica : changed) {
                replica.sync();
            }
            store.table().write(rows, folded);
            for (LogSegment segment : segments) {
                store.files().recycle(segment);
            }
            store.files().prepare();
            store.table().compact();
        } catch (IOException | RuntimeException e) {
            loop.execute(() -> stop("A checkpoint of the channels cannot be written: " + e.getMessage(), e));
            return;
        }
        loop.execute(() -> {
            saving = false;
            changed.forEach(GroupReplica::saved);
        });
    }

    /** Takes nothing any more, for the engine is closed. On the loop. */
    void close() {
        turn();
        if (failure == null) {
            failure = "The channels are closed";
        }
    }

    /** Writes a last checkpoint, unless nobody knows what is on disk. When the background and then the loop have ended. */
    void finish() throws IOException {
        if (broken || store.table().folded() == log.sequence()) {
            return;
        }
        List<GroupRows> rows = new ArrayList<>();
        for (GroupReplica replica : store.replicas()) {
            rows.add(replica.checkpoint());
            replica.sync();
        }
        store.table().write(rows, log.sequence());
    }
}
