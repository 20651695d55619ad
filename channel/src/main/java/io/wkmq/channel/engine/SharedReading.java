package io.wkmq.channel.engine;

import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.DamagedRecordException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Distributes the records of a channel among the readers of a group. Each record is given to one reader; if that reader refuses it, leaves
 * or stays silent for long it is given to another one, and after too many deliveries it becomes a dead letter. The group's cursor is at the
 * first record that is not done. In an ordered group the first reader gets all records in order until it leaves. Confined to the engine's
 * loop.
 */
final class SharedReading {
    private static final Logger LOG = LoggerFactory.getLogger(SharedReading.class);

    private static final int READ_MAX = 128;
    private static final long READ_BYTES = 256 << 10;

    /** The interval of checks for silent readers, and the delay before dead letters are retried. */
    private static final long LOOK_MS = 1_000;

    /** How long to wait for damaged records; then another node has to become the group's home. */
    private static final long DAMAGE_PATIENCE_MS = 60_000;

    /**
     * If the group's cursor could not be saved for this long, nothing is given out until it can: this node may be cut off, and the group
     * may soon have another home. Shorter than the time after which a silent home is replaced.
     */
    private static final long UNSTORED_MS_MAX = 3_000;

    private static final long NEVER = Long.MIN_VALUE;

    private final String cursorName;
    private final boolean ordered;
    private final EngineLoop loop;
    private final GroupOptions options;
    private final DeadLetters deadLetters;
    private final Consumer<SharedReading> whenEnded;
    private final Set<LocalSeat> seats = new LinkedHashSet<>();
    private final ArrayDeque<LocalSeat> waiting = new ArrayDeque<>(); // those with demand, in turn
    private final TreeMap<Long, Item> items = new TreeMap<>(); // records that are not done
    private final TreeSet<Long> free = new TreeSet<>(); // those of them held by no reader
    private final Set<Long> early = new HashSet<>(); // done at an earlier home, but not read here yet
    private long bytes;
    private long next; // after what has arrived: the reader may be ahead
    private @Nullable ChannelReader reader;
    private ReadBatch.@Nullable Gap gap; // before the last records read, not reported yet
    private boolean reading;
    private long damagedMs = NEVER; // since when it waits for damaged records
    private boolean halted;
    private boolean warned; // that nothing is given out
    private boolean unburied; // a dead letter could not be kept, and none since
    private boolean looking;
    private int empty; // how often there was no reader
    private boolean ended;
    private @Nullable CursorRefusedException refused; // it never began, because it was refused its cursor

    /** Stores dead letters. Thread-safe. */
    interface DeadLetters {
        /** Stores a record; only once, however often it is called. */
        CompletionStage<?> keep(ChannelRecord record, int deliveries);
    }

    /** A record that is not done. */
    private static final class Item {
        private final ChannelRecord record;
        private int deliveries;
        private @Nullable LocalSeat holder;
        private long givenMs;

        private Item(ChannelRecord record) {
            this.record = record;
        }
    }

    /**
     * Creates a group without readers.
     *
     * @param whenEnded called when the group has ended: it failed, or had no reader for long
     */
    SharedReading(
            ReadingGroup group,
            EngineLoop loop,
            GroupOptions options,
            DeadLetters deadLetters,
            Consumer<SharedReading> whenEnded) {
        this.cursorName = group.cursor();
        this.ordered = group.ordered();
        this.loop = loop;
        this.options = options;
        this.deadLetters = deadLetters;
        this.whenEnded = whenEnded;
    }

    /** Ends the group after a delay, unless it has a reader then or had one meanwhile. Called when there is none. */
    void stayAWhile() {
        int now = ++empty;
        loop.after(options.patience().toMillis(), () -> {
            if (seats.isEmpty() && empty == now) {
                end(new IOException("The group " + cursorName + " has no reader"));
            }
        });
    }

    /** Adds a reader. */
    LocalSeat join() {
        LocalSeat seat = new LocalSeat(loop, this);
        seats.add(seat);
        return seat;
    }

    /** Returns a seat that is not part of the group, for reports of a reader that has no seat. */
    LocalSeat stranger() {
        return new LocalSeat(loop, this);
    }

    /** Returns whether one reader at a time gets all records. */
    boolean isOrdered() {
        return ordered;
    }

    /** Returns whether the group has ended. */
    boolean isEnded() {
        return ended;
    }

    /** Returns why the group could not begin and never will; null if that is not the case. */
    @Nullable
    CursorRefusedException refusal() {
        return refused;
    }

    /** Starts reading the channel. */
    void begin(ChannelReader from) {
        if (ended) {
            from.close();
            return;
        }
        reader = from;
        next = from.position();
        early.removeIf(seq -> seq < next);
        HeldCursor cursor = Objects.requireNonNull(from.cursor());
        cursor.whenLost(() -> onLoop(() ->
                end(new CursorRefusedException("The cursor " + cursorName + " was taken by another node, or set"))));
        cursor.whenPaused(() -> onLoop(() -> end(
                new IOException("The group " + cursorName + " cannot be read here while records are being fetched"))));
        give();
    }

    /** Adds a reader with demand for records. */
    void wants(LocalSeat seat) {
        if (ended || !seats.contains(seat)) {
            seat.end(new IOException("The group " + cursorName + " is not read any more"));
            return;
        }
        waiting.add(seat);
        give();
    }

    /** Gives records to readers with demand, in turn, and reads on. */
    private void give() {
        if (ended || halted || halt()) {
            return;
        }
        LocalSeat seat = turn();
        while (seat != null && !free.isEmpty()) {
            waiting.remove(seat);
            give(seat, Objects.requireNonNull(seat.served()));
            seat = turn();
        }
        readOn();
    }

    /** Returns whether nothing may be given out at present, in which case it schedules a retry. */
    private boolean halt() {
        HeldCursor cursor = reader == null ? null : reader.cursor();
        long unstoredMs = cursor == null ? 0 : cursor.unstoredForMs(loop.nowMs());
        if (unstoredMs < UNSTORED_MS_MAX) {
            warned = false;
            return false;
        }
        if (!warned) {
            warned = true;
            LOG.warn(
                    "A group gives nothing out, its cursor cannot be stored cursor={} forMs={}",
                    cursorName,
                    unstoredMs);
        }
        halted = true;
        loop.after(LOOK_MS, () -> {
            halted = false;
            give();
        });
        return true;
    }

    /** Returns the reader whose turn it is; null if none that is eligible has demand. */
    private @Nullable LocalSeat turn() {
        LocalSeat first = ordered ? seats.stream().findFirst().orElse(null) : waiting.peek();
        return first == null || first.waiting() == null ? null : first;
    }

    private void give(LocalSeat seat, LocalSeat.Read read) {
        List<ChannelRecord> records = new ArrayList<>();
        long size = 0;
        while (!free.isEmpty() && records.size() < read.count) {
            Item item = Objects.requireNonNull(items.get(free.first()));
            size += item.record.bytes();
            if (!records.isEmpty() && size > read.bytes) {
                break;
            }
            free.pollFirst();
            item.holder = seat;
            item.deliveries++;
            item.givenMs = loop.nowMs();
            records.add(item.record);
        }
        ReadBatch.Gap missing = gap;
        gap = null;
        look();
        read.done.complete(
                new ReadBatch(missing, records, records.get(records.size() - 1).seq() + 1));
    }

    private void readOn() {
        ChannelReader from = reader;
        int room = options.recordsMax() - items.size();
        if (from == null || reading || ended || turn() == null || room <= 0 || bytes >= options.bytesMax()) {
            return;
        }
        reading = true;
        from.read(Math.min(room, READ_MAX), READ_BYTES)
                .whenComplete((batch, failure) -> onLoop(() -> arrived(from, batch, failure)));
    }

    private void arrived(ChannelReader from, @Nullable ReadBatch batch, @Nullable Throwable failure) {
        reading = false;
        if (ended) {
            return;
        }
        if (batch == null) {
            notRead(failure);
            return;
        }
        damagedMs = NEVER;
        ReadBatch.Gap missing = batch.gap();
        if (missing != null) {
            gap = gap == null ? missing : new ReadBatch.Gap(gap.first(), missing.last());
        }
        next = batch.next();
        batch.records().stream().filter(record -> !early.remove(record.seq())).forEach(record -> {
            items.put(record.seq(), new Item(record));
            free.add(record.seq());
            bytes += record.bytes();
        });
        tell(from);
        give();
    }

    /** Handles a failed read. Damaged records are being fetched from other nodes: records already given out stay so meanwhile. */
    private void notRead(@Nullable Throwable failure) {
        boolean damaged = Causes.orNull(failure) instanceof DamagedRecordException;
        if (damaged && damagedMs == NEVER) {
            damagedMs = loop.nowMs();
            LOG.warn("A reader group waits for corrupt records cursor={}", cursorName, failure);
        }
        if (!damaged || loop.nowMs() - damagedMs >= DAMAGE_PATIENCE_MS) {
            end(new IOException("The group " + cursorName + " cannot read on", failure));
            return;
        }
        reading = true; // so that nothing else tries before
        loop.after(LOOK_MS, () -> {
            reading = false;
            give();
        });
    }

    private void tell(ChannelReader from) {
        HeldCursor cursor = from.cursor();
        if (cursor != null) {
            cursor.done(items.isEmpty() ? next : items.firstKey());
        }
    }

    /** Marks a record as done by a reader. Counts even if it was taken from the reader meanwhile, except in an ordered group. */
    void done(LocalSeat seat, long seq) {
        Item item = items.get(seq);
        if (item != null && (!ordered || item.holder == seat)) {
            done(item);
        } else if (!ordered && seq >= next && early.size() < options.recordsMax()) {
            early.add(seq);
        }
    }

    private void done(Item item) {
        long seq = item.record.seq();
        ChannelReader from = reader;
        if (items.remove(seq, item) && from != null) {
            free.remove(seq);
            bytes -= item.record.bytes();
            tell(from);
            give();
        }
    }

    /** Takes back a record that its reader refuses. */
    void refused(LocalSeat seat, long seq) {
        Item item = items.get(seq);
        if (item != null && item.holder == seat) {
            if (ordered) {
                takeBack(seat, items.tailMap(seq, false).values());
            }
            again(item);
            give();
        }
    }

    /** Takes back records that a reader has not started to process. */
    void giveBack(LocalSeat seat, List<Long> seqs) {
        takeBack(seat, seqs.stream().map(items::get).toList());
        give();
    }

    /** Takes back those of the records that the reader holds, without counting the delivery. */
    private void takeBack(LocalSeat seat, Collection<@Nullable Item> some) {
        for (Item item : some) {
            if (item != null && item.holder == seat) {
                item.deliveries--;
                item.holder = null;
                free.add(item.record.seq());
            }
        }
    }

    /** Removes a reader; others get the records it holds. */
    void leave(LocalSeat seat) {
        if (!seats.remove(seat)) {
            return;
        }
        waiting.remove(seat);
        seat.end(new IOException("The reader has left the group " + cursorName));
        if (seats.isEmpty()) { // else delivery counts would be lost
            stayAWhile();
        }
        List<Item> his =
                items.values().stream().filter(item -> item.holder == seat).toList();
        if (ordered && !his.isEmpty()) { // the others only wait for the first one
            takeBack(seat, items.tailMap(his.get(0).record.seq(), false).values());
            again(his.get(0));
        } else {
            his.forEach(this::again);
        }
        give();
    }

    /** Removes a reader; others get the records it holds, and the delivery of those not started does not count. */
    void leave(LocalSeat seat, Collection<Long> notBegun) {
        takeBack(seat, notBegun.stream().map(items::get).toList());
        leave(seat);
    }

    private void again(Item item) {
        item.holder = null;
        if (item.deliveries < options.deliveriesMax()) {
            free.add(item.record.seq());
        } else {
            LOG.warn(
                    "A record goes to the dead letters cursor={} seq={} deliveries={}",
                    cursorName,
                    item.record.seq(),
                    item.deliveries);
            bury(item);
        }
    }

    /** Makes a record a dead letter. It is done once that is stored. */
    private void bury(Item item) {
        keep(item)
                .whenComplete((kept, failure) -> onLoop(() -> {
                    if (failure == null) {
                        unburied = false;
                        done(item);
                    } else if (isNotDone(item)) {
                        notBuried(item, failure);
                    }
                }));
    }

    private CompletionStage<?> keep(Item item) {
        try {
            return deadLetters.keep(item.record, item.deliveries);
        } catch (RuntimeException e) { // the message cannot be decoded: the others are given out all the same
            return CompletableFuture.failedFuture(e);
        }
    }

    private boolean isNotDone(Item item) {
        return !ended && items.get(item.record.seq()) == item;
    }

    private void notBuried(Item item, Throwable failure) {
        long seq = item.record.seq();
        if (unburied) { // logged already
            LOG.debug(
                    "A record cannot be brought to the dead letters yet cursor={} seq={} reason={}",
                    cursorName,
                    seq,
                    failure.toString());
        } else {
            unburied = true;
            LOG.warn(
                    "Records cannot be brought to the dead letters yet, it is tried until they are cursor={} seq={}",
                    cursorName,
                    seq,
                    failure);
        }
        loop.after(LOOK_MS, () -> {
            if (isNotDone(item)) {
                bury(item);
            }
        });
    }

    /** Checks periodically for silent readers. */
    private void look() {
        if (looking) {
            return;
        }
        looking = true;
        loop.after(Math.min(LOOK_MS, options.patience().toMillis()), () -> {
            looking = false;
            if (ended || items.isEmpty()) {
                return;
            }
            long from = loop.nowMs() - options.patience().toMillis();
            List<Item> late = items.values().stream()
                    .filter(item -> item.holder != null && item.givenMs <= from)
                    .toList();
            if (ordered && !late.isEmpty()) {
                silent(Objects.requireNonNull(late.get(0).holder), late.get(0));
            } else {
                late.forEach(this::again);
            }
            look();
            give();
        });
    }

    /** Replaces the silent reader of an ordered group by the next one; if there is none, it gets the records again. */
    private void silent(LocalSeat seat, Item first) {
        if (seats.size() > 1) {
            leave(seat);
        } else {
            refused(seat, first.record.seq());
        }
    }

    /** Ends the group. */
    void end(IOException reason) {
        if (ended) {
            return;
        }
        ended = true;
        ChannelReader from = reader;
        if (from != null) {
            from.close();
        } else if (reason instanceof CursorRefusedException refusal) {
            refused = refusal;
        }
        List.copyOf(seats).forEach(seat -> seat.end(reason));
        seats.clear();
        waiting.clear();
        whenEnded.accept(this);
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The channels are closed, their reader groups stop cursor={}", cursorName);
        }
    }
}
