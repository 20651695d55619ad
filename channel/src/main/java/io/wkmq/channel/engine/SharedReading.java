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
 * Shares the records of a channel among the readers of a group: each is given to one of them, and to another one if he refuses it, leaves
 * or says nothing for long; to the dead letters if that happens too often. The group's cursor stands in front of the first record that is
 * not done with. Of an ordered group the reader who came first gets all, in order, until he leaves. Belongs to the engine's loop.
 */
final class SharedReading {
    private static final Logger LOG = LoggerFactory.getLogger(SharedReading.class);

    private static final int READ_MAX = 128;
    private static final long READ_BYTES = 256 << 10;

    /** How often is looked for readers who say nothing, and how long is waited before dead letters are tried again. */
    private static final long LOOK_MS = 1_000;

    /** For how long damaged records are waited for; then the group's home is to be another node. */
    private static final long DAMAGE_PATIENCE_MS = 60_000;

    /**
     * When the group's cursor could not be stored for so long nothing is given out until it can: this node may be cut off, and the group have
     * another home soon. A home that is not heard of is replaced later than that.
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
    private final ArrayDeque<LocalSeat> waiting = new ArrayDeque<>(); // who wants something, in turn
    private final TreeMap<Long, Item> items = new TreeMap<>(); // what is not done with
    private final TreeSet<Long> free = new TreeSet<>(); // of these: what nobody has
    private final Set<Long> early = new HashSet<>(); // what was done with at an earlier home, and is not read here yet
    private long bytes;
    private long next; // behind what has arrived: the reader may have read on already
    private @Nullable ChannelReader reader;
    private ReadBatch.@Nullable Gap gap; // in front of what was read last, of which nobody knows
    private boolean reading;
    private long damagedMs = NEVER; // since when it waits for damaged records
    private boolean halted;
    private boolean warned; // it gives nothing out
    private boolean unburied; // a record could not be brought to the dead letters, and none since
    private boolean looking;
    private int empty; // how often it was
    private boolean ended;
    private @Nullable CursorRefusedException refused; // it has never begun: it is not given its cursor

    /** Where records go that nobody can do with. Thread-safe. */
    interface DeadLetters {
        /** Keeps a record there; once, however often it is called for it. */
        CompletionStage<?> keep(ChannelRecord record, int deliveries);
    }

    /** A record that is not done with. */
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
     * Without readers yet.
     *
     * @param whenEnded called when it does not go on: it cannot, or has had no reader for long
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

    /** Ends in a while, unless there is a reader then or was one meanwhile. To be called when there is none. */
    void stayAWhile() {
        int now = ++empty;
        loop.after(options.patience().toMillis(), () -> {
            if (seats.isEmpty() && empty == now) {
                end(new IOException("The group " + cursorName + " has no reader"));
            }
        });
    }

    /** Another reader. */
    LocalSeat join() {
        LocalSeat seat = new LocalSeat(loop, this);
        seats.add(seat);
        return seat;
    }

    /** What a reader who has no place says things with. */
    LocalSeat stranger() {
        return new LocalSeat(loop, this);
    }

    /** Whether one reader gets all. */
    boolean isOrdered() {
        return ordered;
    }

    /** Whether it does not go on. */
    boolean isEnded() {
        return ended;
    }

    /** Why it could never begin, and will not be able to; null if that is not so. */
    @Nullable
    CursorRefusedException refusal() {
        return refused;
    }

    /** The channel can be read now. */
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

    /** A reader wants records. */
    void wants(LocalSeat seat) {
        if (ended || !seats.contains(seat)) {
            seat.end(new IOException("The group " + cursorName + " is not read any more"));
            return;
        }
        waiting.add(seat);
        give();
    }

    /** Gives out what there is to those who want it, in turn, and reads on. */
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

    /** Whether nothing may be given out; then it is tried again in a while. */
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

    /** Whose turn it is; null if nobody wants anything who may. */
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

    /** What is damaged is being fetched from other nodes: what was given out stays so meanwhile. */
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
        reading = true; // so that nobody else tries it before
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

    /** A reader has done with a record. It counts also if it was taken from him, but for an order that has begun again. */
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

    /** A reader cannot do with a record that he has. */
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

    /** A reader has not begun with these. */
    void giveBack(LocalSeat seat, List<Long> seqs) {
        takeBack(seat, seqs.stream().map(items::get).toList());
        give();
    }

    /** As if he had never been given those of them that he has. */
    private void takeBack(LocalSeat seat, Collection<@Nullable Item> some) {
        for (Item item : some) {
            if (item != null && item.holder == seat) {
                item.deliveries--;
                item.holder = null;
                free.add(item.record.seq());
            }
        }
    }

    /** Others get what a reader has. */
    void leave(LocalSeat seat) {
        if (!seats.remove(seat)) {
            return;
        }
        waiting.remove(seat);
        seat.end(new IOException("The reader has left the group " + cursorName));
        if (seats.isEmpty()) { // how often a record was given out would be forgotten
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

    /** Others get what a reader has, who has not begun with these: as if he had never been given them. */
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

    /** Brings a record to the dead letters. Until it is there it is not done with. */
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
        } catch (RuntimeException e) { // what it is cannot be read: the others are given out all the same
            return CompletableFuture.failedFuture(e);
        }
    }

    private boolean isNotDone(Item item) {
        return !ended && items.get(item.record.seq()) == item;
    }

    private void notBuried(Item item, Throwable failure) {
        long seq = item.record.seq();
        if (unburied) { // told already
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

    /** Looks from time to time for readers who say nothing. */
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

    /** He who reads an ordered group makes way for the next one; if there is none he gets it again. */
    private void silent(LocalSeat seat, Item first) {
        if (seats.size() > 1) {
            leave(seat);
        } else {
            refused(seat, first.record.seq());
        }
    }

    /** It does not go on. */
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
