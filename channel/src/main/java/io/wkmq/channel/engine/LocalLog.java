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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of all groups of a standalone node, in one file: queued proposals are written as one record, synced, applied and answered.
 * Confined to its loop; proposals come from any thread. Checkpoints are written in the background.
 *
 * <p>After any failure nothing is answered and no checkpoint is written until the log is reopened: it is unknown what is on disk, and
 * whether the state in memory matches the log. A full disk is not such a failure as long as only the log cannot be written.
 */
final class LocalLog {
    private static final Logger LOG = LoggerFactory.getLogger(LocalLog.class);

    private static final int RECORD_BYTES = 2 << 20;
    private static final long LOOK_MS = 1_000;

    /** Free space is checked this many times while as much as the reserve is written. */
    private static final int RESERVE_LOOKS = 8;

    private final LocalStore store;
    private final EngineLoop loop;
    private final Executor background;
    private final LocalOptions options;
    private final AppendCounts counts;
    private final Log log;
    private final List<Replica> replicas;
    private final ByteWriter writer = new ByteWriter(256 << 10);
    private List<Proposal> proposals = new ArrayList<>();
    private boolean due;
    private boolean saving;
    private long savedMs;
    private long lookedMs;
    private long bytesSinceLook;

    /** Why there is no space at present; null if there is. */
    private volatile @Nullable String crowded;

    private volatile @Nullable String failure;
    private volatile boolean broken;

    private record Proposal(LogEntry entry, CompletableFuture<byte[]> answer) {}

    LocalLog(LocalStore store, EngineLoop loop, Executor background, LocalOptions options, AppendCounts counts) {
        this.store = store;
        this.loop = loop;
        this.background = background;
        this.options = options;
        this.counts = counts;
        this.log = store.log();
        this.savedMs = loop.nowMs();
        this.lookedMs = savedMs - LOOK_MS;
        this.replicas = store.all();
    }

    /** Returns the log of one group. */
    ReplicatedLog of(int group) {
        return op -> propose(group, op);
    }

    private CompletionStage<byte[]> propose(int group, byte @Nullable [] op) {
        return loop.ask(answer -> take(group, op, answer));
    }

    /** Starts a new leadership term of each group. */
    void begin() {
        for (int group = 0; group < replicas.size(); group++) {
            begin(group);
        }
        loop.execute(this::tick);
        background.execute(this::prepare);
    }

    private void begin(int group) {
        propose(group, null).whenComplete((answer, trouble) -> {
            if (trouble instanceof OverloadedException) {
                loop.after(LOOK_MS, () -> begin(group));
            } else if (trouble != null) {
                LOG.error("Cannot open the channel log group={}", group, trouble);
            }
        });
    }

    /** Creates the next segment in advance, so that no append has to wait for it. Runs in the background. */
    private void prepare() {
        try {
            store.files().prepare();
        } catch (IOException e) {
            LOG.warn("Cannot create the next file of the channel log yet", e);
        }
    }

    /** Returns why nothing can be appended at present; null if appends are accepted. Callable from any thread. */
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
        look(0);
        String full = crowded;
        LogEntry entry = new LogEntry(group, 0, op);
        if (full != null && takesSpace(entry)) {
            answer.completeExceptionally(new OverloadedException(full));
            return;
        }
        proposals.add(new Proposal(entry, answer));
        counts.queue(proposals.size());
        if (!due) {
            due = true;
            loop.execute(this::turn); // after everything already queued
        }
    }

    /** Operations that take no space may free some by trimming records or dropping channels. */
    private boolean takesSpace(LogEntry entry) {
        byte[] op = entry.op();
        return op != null && replicas.get(entry.group()).takesSpace(op);
    }

    /** Checks the free space, periodically and before so much is written that the reserve might be used up. */
    private void look(long bytes) {
        long now = loop.nowMs();
        bytesSinceLook += bytes;
        if (now - lookedMs < LOOK_MS
                && bytesSinceLook <= options.reserveBytes() / RESERVE_LOOKS
                && store.files().totalBytes() <= options.logBytesMax()) {
            return;
        }
        lookedMs = now;
        bytesSinceLook = 0;
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
            LOG.warn("Cannot determine the free space of {}", store.directory(), e);
        }
        return null;
    }

    private void turn() {
        due = false;
        List<Proposal> all = proposals;
        proposals = new ArrayList<>();
        counts.queue(0);
        int from = 0;
        while (from < all.size()) {
            int to = from;
            int bytes = 0;
            while (to < all.size() && (to == from || bytes < RECORD_BYTES)) {
                byte[] op = all.get(to++).entry.op();
                bytes += op == null ? 0 : op.length;
            }
            look(bytes);
            commit(withSpace(all.subList(from, to)));
            from = to;
        }
        checkpointIfDue();
    }

    /** Returns the proposals for which there is space; fails the others. */
    private List<Proposal> withSpace(List<Proposal> batch) {
        String full = crowded;
        if (full == null) {
            return batch;
        }
        Map<Boolean, List<Proposal>> taking =
                batch.stream().collect(Collectors.partitioningBy(proposal -> takesSpace(proposal.entry)));
        fail(taking.getOrDefault(true, List.of()), new OverloadedException(full));
        return taking.getOrDefault(false, List.of());
    }

    private void commit(List<Proposal> batch) {
        if (batch.isEmpty()) {
            return;
        }
        String failed = failure;
        if (failed != null) {
            fail(batch, new LogClosedException(failed, null));
            return;
        }
        List<LogEntry> entries = write(batch);
        if (entries.isEmpty()) {
            return;
        }
        try {
            List<byte[]> answers = new ArrayList<>(batch.size());
            for (LogEntry entry : entries) {
                answers.add(entry.applyTo(replicas.get(entry.group())));
            }
            for (Replica replica : replicas) {
                replica.flush();
            }
            for (int i = 0; i < answers.size(); i++) {
                batch.get(i).answer.complete(answers.get(i));
            }
            for (Replica replica : replicas) {
                replica.settle();
            }
        } catch (IOException | RuntimeException | Error e) {
            stop("What is in the log of the channels cannot be applied", e);
            fail(batch, new LogClosedException("The entry is in the log, but was not applied", e));
        }
    }

    /** Writes a batch and syncs it; on failure answers the batch and returns an empty list. */
    private List<LogEntry> write(List<Proposal> batch) {
        try {
            List<LogEntry> entries = encode(batch);
            long since = System.nanoTime();
            log.append(writer.view(), true);
            counts.write(entries.size(), System.nanoTime() - since);
            return entries;
        } catch (IOException e) {
            boolean full =
                    !(e instanceof Log.SyncFailedException) && DiskFull.isCauseOf(e, store.disk(), store.directory());
            if (full) {
                fail(batch, new OverloadedException("The disk of " + store.directory() + " is full"));
            } else {
                refuse(batch, e);
            }
        } catch (RuntimeException | Error e) {
            refuse(batch, e); // it is unknown how far it got
        }
        return List.of();
    }

    /** Encodes a batch into the writer. Everything written before is applied: the next indexes follow on from that. */
    private List<LogEntry> encode(List<Proposal> batch) {
        long[] indexes = replicas.stream().mapToLong(Replica::applied).toArray();
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
        return entries;
    }

    private void refuse(List<Proposal> batch, Throwable cause) {
        stop("The log of the channels cannot be written", cause);
        fail(batch, new LogClosedException("The log of the channels cannot be written: " + cause.getMessage(), cause));
    }

    private static void fail(List<Proposal> batch, IOException why) {
        batch.forEach(proposal -> proposal.answer.completeExceptionally(why));
    }

    /** Stops accepting proposals. The first reason is kept. Callable from any thread, also when memory is short. */
    private synchronized void stop(String what, Throwable cause) {
        broken = true; // before anything else, so that no checkpoint is written whatever happens
        if (failure == null) {
            failure = what;
            failure = what + ": " + cause.getMessage();
            LOG.error(
                    "Nothing is appended to channels any more. Find out what is wrong with the disk, then restart the node"
                            + " reason=\"{}\"",
                    failure,
                    cause);
        }
    }

    private void tick() {
        look(0);
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
        if (!full && !late && replicas.stream().noneMatch(Replica::crowded)) {
            return;
        }
        savedMs = loop.nowMs();
        List<Replica> changed = replicas.stream().filter(Replica::changed).toList();
        if (changed.isEmpty() && !full) {
            return;
        }
        try {
            List<GroupRows> rows = new ArrayList<>(changed.size());
            for (Replica replica : changed) {
                rows.add(replica.checkpoint());
            }
            List<LogSegment> segments = log.takeFull();
            long folded = log.sequence();
            saving = true;
            background.execute(() -> save(changed, rows, folded, segments));
        } catch (IOException | RuntimeException | Error e) {
            stop("A checkpoint of the channels cannot be made", e);
        }
    }

    /** Writes a checkpoint. Runs in the background. */
    private void save(List<Replica> changed, List<GroupRows> rows, long folded, List<LogSegment> segments) {
        try {
            for (Replica replica : changed) {
                replica.sync();
            }
            store.tables().write(rows, folded);
            for (LogSegment segment : segments) {
                store.files().recycle(segment);
            }
            prepare();
            store.tables().compact();
            loop.execute(() -> {
                saving = false;
                changed.forEach(Replica::saved);
            });
        } catch (IOException | RuntimeException | Error e) {
            stop("A checkpoint of the channels cannot be written", e);
        }
    }

    /** Stops accepting proposals because the engine is closed. Runs on the loop. */
    void close() {
        turn();
        end();
    }

    private synchronized void end() {
        if (failure == null) {
            failure = "The channels are closed";
        }
    }

    /** Writes a final checkpoint, unless the state of the disk is unknown. Call once the background and then the loop have ended. */
    void finish() throws IOException {
        if (broken || store.table().folded() == log.sequence()) {
            return;
        }
        List<GroupRows> rows = new ArrayList<>();
        for (Replica replica : replicas) {
            rows.add(replica.checkpoint());
            replica.sync();
        }
        store.tables().write(rows, log.sequence());
    }
}
