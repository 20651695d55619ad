package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelHead;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.ReadLimit;
import io.wkmq.channel.records.RecordStore;
import io.wkmq.channel.storage.CorruptDataException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Periodically looks for expired records in the channels of a group, one channel after the other, and proposes to trim them, one operation
 * at a time. The operation says which records to remove, so that all replicas do the same. Run by the leader of the group. Records appended
 * since the last checkpoint are considered after the next one.
 */
final class RetentionSweep {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionSweep.class);

    /** The delay before the next operation after a failed one: the group may be busy. */
    private static final long RETRY_MS = 1_000;

    /** The number of rows read at a time, during which the table is blocked for others. */
    private static final int PAGE = 64;

    /** The maximum number of channels whose findings are remembered. */
    private static final int LOOKED_MAX = 10_000;

    /**
     * The findings in a channel.
     *
     * @param first the first record to be retained
     * @param next the number after the last record
     * @param timeMs the time of the first one
     */
    private record Looked(long first, long next, long timeMs) {}

    private static final Looked NEVER = new Looked(-1, -1, Long.MIN_VALUE);

    private final GroupReplica replica;
    private final NodeTable table;
    private final ReplicatedLog log;
    private final EngineLoop loop;
    private final Executor background;
    private final Clock clock;
    private final long intervalMs;
    private final BooleanSupplier mine;
    private final Map<Integer, Looked> looked = new HashMap<>();
    private final ArrayDeque<Integer> candidates = new ArrayDeque<>();
    private final ArrayDeque<GroupOp.ExpireCursors> expiries = new ArrayDeque<>();
    private int from;
    private volatile boolean stopped;
    private volatile boolean toldFailed; // that an operation failed, and none succeeded since

    /**
     * Creates the sweep of a group.
     *
     * @param mine whether this node is to sweep; if another one does so too, its operations have no effect
     */
    RetentionSweep(
            GroupReplica replica,
            NodeTable table,
            ReplicatedLog log,
            EngineLoop loop,
            Executor background,
            Clock clock,
            long intervalMs,
            BooleanSupplier mine) {
        this.replica = replica;
        this.table = table;
        this.log = log;
        this.loop = loop;
        this.background = background;
        this.clock = clock;
        this.intervalMs = intervalMs;
        this.mine = mine;
    }

    /** Starts sweeping, until stopped. Callable from any thread. */
    void start() {
        pause(intervalMs);
    }

    void stop() {
        stopped = true;
    }

    private void again(long delayMs) {
        loop.after(delayMs, () -> {
            if (stopped) {
                return;
            }
            if (mine.getAsBoolean()) {
                later(this::step);
            } else {
                again(intervalMs);
            }
        });
    }

    private void pause(long delayMs) {
        try {
            loop.execute(() -> again(delayMs));
        } catch (RejectedExecutionException e) {
            stopped = true; // the engine is closed
        }
    }

    /** Continues with the next operation, or the next channel. In the background. */
    private void step() {
        if (stopped) {
            return;
        }
        try {
            while (candidates.isEmpty() && expiries.isEmpty()) {
                if (!page()) {
                    pause(intervalMs);
                    return;
                }
            }
        } catch (IOException | RuntimeException e) { // the sweep goes on whatever there is
            LOG.warn("Cannot look for expired records group={}", replica.group(), e);
            from = 0;
            pause(intervalMs);
            return;
        }
        GroupOp.ExpireCursors expiry = expiries.poll();
        if (expiry != null) {
            propose(expiry.channel(), expiry);
            return;
        }
        int channel = candidates.remove();
        replica.pin(channel).whenComplete((pinned, gone) -> {
            if (gone == null) {
                later(() -> trim(pinned));
            } else {
                later(this::step);
            }
        });
    }

    private void later(Runnable step) {
        try {
            background.execute(step);
        } catch (RejectedExecutionException e) {
            stopped = true; // the engine is closed
        }
    }

    /** Reads a page of rows; returns false at the end, after which the next page is the first one. */
    private boolean page() throws IOException {
        int[] last = {-1};
        table.channels(replica.group(), from, PAGE, (channel, row) -> {
            last[0] = channel;
            if (row.length > 0) {
                look(channel, row);
            }
        });
        boolean found = last[0] >= 0 && last[0] < Integer.MAX_VALUE;
        from = found ? last[0] + 1 : 0;
        return found;
    }

    private void look(int channel, byte[] row) {
        try {
            ChannelHead head = StateCodec.decodeHead(row);
            if (mayTrim(head.position(), head.rules().retention())) {
                candidates.add(channel);
            }
            long usedBeforeMs = clock.millis() - head.rules().cursorsAgeMs();
            if (head.cursorUsedMs() < usedBeforeMs) { // which cursors are still old is decided on applying it
                expiries.add(new GroupOp.ExpireCursors(channel, usedBeforeMs));
            }
        } catch (CorruptDataException e) {
            LOG.warn("Cannot read the table row of a channel group={} channel={}", replica.group(), channel, e);
        }
    }

    /** Proposes an operation, then continues: at once, or after a delay if it failed. */
    private void propose(int channel, GroupOp op) {
        log.propose(OpCodec.encode(op)).whenComplete((answer, failure) -> {
            if (failure == null) {
                toldFailed = false;
                later(this::step);
                return;
            }
            if (!toldFailed) {
                LOG.warn("Cannot delete expired records yet, trying again channel={}", channel, failure);
            }
            toldFailed = true;
            pause(Math.min(intervalMs, RETRY_MS));
        });
    }

    private static boolean mayTrim(Position position, Retention retention) {
        long count = position.next() - position.first();
        boolean looksAtFiles = retention.ageMs() != Long.MAX_VALUE || retention.bytes() != Long.MAX_VALUE;
        return count > retention.count() || (count > 0 && looksAtFiles);
    }

    private void trim(LiveChannel channel) {
        int number = channel.tail.channel();
        long kept = 0;
        try {
            long first = firstKept(channel);
            kept = first > channel.tail.first() ? first : 0;
        } catch (IOException | RuntimeException e) {
            if (!channel.tail.gone()) {
                LOG.warn("Cannot look for expired records channel={}", number, e);
            }
        } finally {
            replica.unpin(channel);
        }
        if (kept > 0) {
            propose(number, new GroupOp.Trim(number, kept));
        } else {
            later(this::step);
        }
    }

    private long firstKept(LiveChannel channel) throws IOException {
        RecordStore records = replica.records();
        int number = channel.tail.channel();
        Retention retention = channel.retention;
        long next = channel.tail.next();
        long first = channel.tail.first();
        if (retention.count() < next - first) {
            first = next - retention.count();
        }
        long from = clock.millis() - retention.ageMs();
        Looked before = looked.getOrDefault(number, NEVER);
        boolean trimmed = before.first != channel.tail.first();
        boolean through = false;
        if (retention.ageMs() != Long.MAX_VALUE
                && (trimmed || before.timeMs < from)
                && records.notBeforeMs(number) < from) {
            first = Math.max(first, Math.min(next, records.notOlder(number, from)));
            through = true;
        }
        if (retention.bytes() != Long.MAX_VALUE && (trimmed || before.next != next)) {
            first = Math.max(first, Math.min(next, records.lastBytes(number, retention.bytes())));
            through |= first > channel.tail.first();
        }
        if (through) {
            remember(number, first, next);
        }
        return first;
    }

    /** Remembers the findings, so that the channel need not be read again until it changes. Called after its files were read. */
    private void remember(int channel, long first, long next) throws IOException {
        if (looked.size() >= LOOKED_MAX && !looked.containsKey(channel)) {
            return;
        }
        List<ChannelRecord> oldest =
                first < next ? replica.records().read(channel, first, new ReadLimit(1, 1)) : List.of();
        if (oldest.isEmpty()) {
            looked.remove(channel);
        } else {
            looked.put(channel, new Looked(first, next, oldest.get(0).timeMs()));
        }
    }
}
