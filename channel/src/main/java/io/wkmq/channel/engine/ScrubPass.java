package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.records.RecordCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass over the records of all channels of a node, or of one, group by group; damage in a file is repaired before the pass continues
 * with the next file. A channel that cannot be read at present is skipped. Runs on an executor that runs one task at a time, and blocks it
 * for one read step.
 */
final class ScrubPass {
    private static final Logger LOG = LoggerFactory.getLogger(ScrubPass.class);

    private static final int PAGE = 256;
    private static final long STEP_BYTES = 256 << 10;

    /** The cost of a channel besides its records: it must be found and opened. */
    private static final long CHANNEL_BYTES = 4 << 10;

    private final Parts parts;
    private final Pace pace;
    private final CompletableFuture<ScrubReport> done = new CompletableFuture<>();
    private final Queue<Integer> candidates = new ArrayDeque<>();
    private final boolean one;
    private volatile Place place;
    private volatile boolean stopped;
    private volatile ScrubReport report = new ScrubReport(false, 0, 0, 0, 0);
    private int notNow;
    private @Nullable Throwable whyNotNow;

    /**
     * What is scrubbed, and the means.
     *
     * @param replicas returns a group's replica by its number; null if it is not open yet
     * @param damages is told what is lost
     * @param executor for blocking work
     * @param timer for pauses
     */
    record Parts(
            int groups,
            IntFunction<@Nullable GroupReplica> replicas,
            NodeTable table,
            Damages damages,
            Executor executor,
            EngineLoop timer,
            ScrubCounts counts) {}

    /**
     * The position at which a pass continues.
     *
     * @param channel the first one of the group that was not scrubbed
     */
    record Place(int group, int channel) {
        static final Place BEGIN = new Place(0, 0);
    }

    /** Lost records of one file, possibly with intact ones between them. */
    private static final class Lost {
        private final Path file;
        private final long from;
        private long next;
        private long count;

        private Lost(Path file, long from) {
            this.file = file;
            this.from = from;
        }
    }

    /** A channel being scrubbed. */
    private static final class Look {
        private final GroupReplica replica;
        private final LiveChannel channel;
        private final RecordCheck check;
        private final Deque<Lost> lost = new ArrayDeque<>();

        private Look(GroupReplica replica, LiveChannel channel) {
            this.replica = replica;
            this.channel = channel;
            this.check = replica.records().check(channel.tail.channel(), this::add);
        }

        private void add(Path file, long from, long next) {
            Lost last = lost.peekLast();
            if (last == null || !last.file.equals(file)) {
                last = new Lost(file, from);
                lost.add(last);
            }
            last.next = next;
            last.count += next - from;
        }
    }

    /**
     * Creates a pass over all channels.
     *
     * @param from where to start
     * @param bytesPerSecond the maximum read rate
     */
    ScrubPass(Parts parts, Place from, long bytesPerSecond) {
        this.parts = parts;
        this.place = from;
        this.pace = new Pace(parts.timer(), bytesPerSecond);
        this.one = false;
    }

    /** Creates a pass over one channel, at full speed. */
    ScrubPass(Parts parts, int channel) {
        this.parts = parts;
        this.place = new Place(channel % parts.groups(), channel);
        this.pace = new Pace(parts.timer(), Long.MAX_VALUE);
        this.one = true;
        candidates.add(channel);
    }

    /** Starts the pass. The stage completes on any thread, and fails if the pass is stopped. */
    CompletionStage<ScrubReport> run() {
        later(this::next);
        return done;
    }

    /** Returns the results so far. */
    ScrubReport report() {
        return report;
    }

    /** Returns where another pass would continue. */
    Place place() {
        return place;
    }

    void stop() {
        stopped = true;
    }

    /** Continues with the next channel. */
    private void next() {
        if (stopped) {
            done.completeExceptionally(new LogClosedException("The channels are closed", null));
            return;
        }
        try {
            while (candidates.isEmpty() && !one && place.group() < parts.groups()) {
                page();
            }
        } catch (IOException | RuntimeException e) { // whoever waits for the pass must be told
            done.completeExceptionally(e);
            return;
        }
        Integer channel = candidates.poll();
        if (channel == null) {
            tellNotNow();
            ScrubReport last = report;
            report = new ScrubReport(true, last.channels(), last.bytes(), last.damaged(), last.repaired());
            done.complete(report);
            return;
        }
        GroupReplica replica = parts.replicas().apply(place.group());
        if (replica == null) {
            passed(channel);
            return;
        }
        parts.damages().looking(channel);
        replica.pin(channel)
                .whenComplete((pinned, gone) -> later(() -> {
                    if (gone == null) {
                        begin(replica, pinned);
                    } else {
                        if (!(gone instanceof ChannelGoneException)) {
                            notNow++;
                            whyNotNow = gone;
                        }
                        passed(channel);
                    }
                }));
    }

    /** Logs all skipped channels once: there may be thousands while a replica is being filled. */
    private void tellNotNow() {
        Throwable why = whyNotNow;
        if (why != null) {
            LOG.info("Channels were not scrubbed channels={} lastReason={}", notNow, why.getMessage());
        }
    }

    /** Reads a page of channels; moves on to the next group when there are no more. */
    private void page() throws IOException {
        int[] last = {-1};
        Place at = place;
        parts.table().channels(at.group(), at.channel(), PAGE, (channel, row) -> {
            last[0] = channel;
            if (row.length > 0) {
                candidates.add(channel);
            }
        });
        if (last[0] < 0 || last[0] == Integer.MAX_VALUE) {
            place = new Place(at.group() + 1, 0);
        } else if (candidates.isEmpty()) {
            place = new Place(at.group(), last[0] + 1);
        }
    }

    private void passed(int channel) {
        place = new Place(place.group(), channel + 1);
        later(this::next);
    }

    private void begin(GroupReplica replica, LiveChannel pinned) {
        Look look;
        try {
            look = new Look(replica, pinned);
        } catch (IllegalStateException e) { // it was dropped just now
            end(replica, pinned);
            return;
        }
        step(look);
    }

    private void step(Look look) {
        int channel = look.channel.tail.channel();
        long before = look.check.bytes();
        boolean more = false;
        try {
            more = look.check.step(STEP_BYTES) && !look.channel.tail.gone() && !stopped;
        } catch (IOException | RuntimeException e) { // the other channels are looked through whatever there is
            LOG.error("Cannot scrub the records of a channel channel={}", channel, e);
        }
        long read = look.check.bytes() - before;
        parts.counts().bytes.add(read);
        count(more ? 0 : 1, read, 0, 0);
        if (!more) {
            pace(read + CHANNEL_BYTES, () -> repair(look, () -> end(look.replica, look.channel)));
        } else if (look.check.betweenFiles()) {
            pace(read, () -> repair(look, () -> step(look)));
        } else {
            pace(read, () -> step(look));
        }
    }

    private void count(long channels, long bytes, long damaged, long repaired) {
        ScrubReport last = report;
        report = new ScrubReport(
                false,
                last.channels() + channels,
                last.bytes() + bytes,
                last.damaged() + damaged,
                last.repaired() + repaired);
    }

    /** Has what was found so far repaired, then continues. */
    private void repair(Look look, Runnable then) {
        Lost lost = look.lost.poll();
        Tail tail = look.channel.tail;
        if (stopped) {
            end(look.replica, look.channel);
        } else if (lost == null) {
            then.run();
        } else if (tail.gone()) {
            later(() -> repair(look, then));
        } else {
            repair(look, lost, tail, then);
        }
    }

    private void repair(Look look, Lost lost, Tail tail, Runnable then) {
        long from;
        try {
            from = Math.max(lost.from, look.replica.records().first(tail.channel()));
        } catch (IllegalStateException e) { // it was dropped just now
            later(() -> repair(look, then));
            return;
        }
        if (from >= lost.next) {
            later(() -> repair(look, then));
            return;
        }
        LOG.warn(
                "Records on the disk are damaged file={} channel={} records={} from={} to={}",
                lost.file,
                tail.channel(),
                lost.count,
                from,
                lost.next - 1);
        count(0, 0, lost.count, 0);
        CompletionStage<Void> repaired = parts.damages().found(tail.channel(), from, lost.next);
        if (repaired == null) {
            later(() -> repair(look, then));
        } else {
            repaired.whenComplete((nothing, failure) -> later(() -> {
                count(0, 0, 0, failure == null ? lost.count : 0);
                repair(look, then);
            }));
        }
    }

    private void end(GroupReplica replica, LiveChannel pinned) {
        replica.unpin(pinned);
        passed(pinned.tail.channel());
    }

    /** Continues after a pause that keeps the read rate within bounds. */
    private void pace(long bytes, Runnable step) {
        var unused = pace.passed(bytes).whenComplete((nothing, failure) -> {
            if (failure == null) {
                later(step);
            } else {
                done.completeExceptionally(failure);
            }
        });
    }

    private void later(Runnable step) {
        try {
            parts.executor().execute(step);
        } catch (RejectedExecutionException e) {
            closed(e);
        }
    }

    private void closed(RejectedExecutionException cause) {
        done.completeExceptionally(new LogClosedException("The channels are closed", cause));
    }
}
