package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Cursor;
import io.wkmq.channel.group.GroupAnswer;
import io.wkmq.channel.group.GroupMachine;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.channel.mvstore.GroupRows;
import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.ReadLimit;
import io.wkmq.channel.records.RecordStore;
import io.wkmq.channel.storage.CorruptDataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's replica of a group: the state of its channels and their records, as of the last applied log entry. Confined to its loop,
 * except that {@link #sync}, {@link #read}, {@link #pin}, {@link #seal} and the methods that return a stage may be called on any thread.
 *
 * <p>Applied entries are durable in the log alone until a checkpoint is on disk, which takes {@link #checkpoint}, {@link #sync}, the
 * table's write and {@link #saved}, in that order. After a restart the log has to be replayed from the checkpoint on. After an exception
 * the replica must be given up.
 */
public final class GroupReplica implements Replica {
    private static final Logger LOG = LoggerFactory.getLogger(GroupReplica.class);

    private static final byte[] NO_ANSWER = {};

    /** How many recovered records are read at a time. */
    private static final int FOUND_RECORDS = 1_024;

    private static final long FOUND_BYTES = 4 << 20;

    private final int group;
    private final RecordStore records;
    private final LiveChannels channels;
    private final NodeTable table;
    private final EngineLoop loop;
    private final Executor reads;
    private final int liveMax;
    private GroupMachine machine;
    private long checkpointed;

    /** Receives reports of lost records. */
    private volatile @Nullable Damages damages;

    /** Whether its rows and files are being written by somebody else. */
    private boolean paused;

    /**
     * Loads the last checkpoint.
     *
     * @param loop the loop that owns the replica
     * @param reads runs blocking reads
     * @param liveMax how many idle channels to keep in memory
     */
    public GroupReplica(int group, NodeTable table, RecordStore records, EngineLoop loop, Executor reads, int liveMax)
            throws IOException {
        this.group = group;
        this.table = table;
        this.records = records;
        this.loop = loop;
        this.reads = reads;
        this.liveMax = liveMax;
        this.channels = new LiveChannels(group, table, records, liveMax);
        this.machine = read(group, table, channels);
        this.checkpointed = machine.applied();
    }

    private static GroupMachine read(int group, NodeTable table, LiveChannels channels) throws IOException {
        GroupMachine machine = new GroupMachine(channels);
        byte[] state = table.group(group);
        if (state != null) {
            StateCodec.decode(state, machine);
        }
        return machine;
    }

    /**
     * Sets who is told of records that readers find lost, and of those that become irrelevant; without it readers see gaps. Must be called
     * before the loop applies anything.
     */
    void tell(Damages told) {
        damages = told;
        channels.tell(told);
    }

    /** Returns the group's number. */
    @Override
    public int group() {
        return group;
    }

    /** Returns the index of the last applied entry of the group's log. */
    @Override
    public long applied() {
        return machine.applied();
    }

    /**
     * Applies an entry of the log; does nothing if it was applied before.
     *
     * @return the answer to its proposer
     */
    @Override
    public byte[] apply(long index, byte[] op) throws IOException {
        try {
            GroupAnswer result = machine.apply(index, OpCodec.decode(op));
            return result == null ? NO_ANSWER : StateCodec.encode(result);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Applies an entry that marks a new term. */
    @Override
    public void newTerm(long index) {
        machine.newTerm(index);
    }

    @Override
    public boolean takesSpace(byte[] op) {
        return OpCodec.isAppend(op);
    }

    /**
     * Recovers the records that a channel's files have beyond its last known one, for the case that the part of the log which contained
     * them is lost. Only for a node with no log elsewhere, before any other use of the channel; blocks.
     *
     * @return the number of records recovered
     */
    long takeFound(int channel) throws IOException {
        LiveChannel found = channels.use(channel);
        if (found == null) {
            return 0;
        }
        Position before = found.state.position();
        long there = records.there(channel);
        again(channel, before.first(), there);
        long next = before.next();
        while (next < there) {
            long from = next;
            for (ChannelRecord record : records.read(channel, from, new ReadLimit(FOUND_RECORDS, FOUND_BYTES))) {
                if (!machine.take(channel, record.seq(), record.timeMs(), record.entry())) {
                    break;
                }
                next++;
            }
            if (next == from) {
                break;
            }
        }
        again(channel, before.first(), next);
        return next - before.next();
    }

    /** Returns whether the channel exists or existed, as of the last applied entry. Same restrictions as {@link #takeFound}. */
    boolean knows(int channel) {
        return channels.use(channel) != null || channels.wasDropped(channel);
    }

    private void again(int channel, long first, long next) throws IOException {
        records.end(channel);
        records.begin(channel, first, next);
    }

    /** Writes the records of applied entries to their files. */
    @Override
    public void flush() throws IOException {
        records.flush();
    }

    /** Makes applied records visible to readers. Called after a batch of entries, before they are answered. */
    @Override
    public void settle() throws IOException {
        channels.settle();
    }

    @Override
    public long checkpointed() {
        return checkpointed;
    }

    /** Returns whether so many channels have changed that memory requires a checkpoint. */
    @Override
    public boolean crowded() {
        return channels.unsaved() > liveMax;
    }

    /** Returns the rows of a checkpoint. The records must be synced before the rows are written. */
    @Override
    public GroupRows checkpoint() throws IOException {
        channels.settle();
        checkpointed = machine.applied();
        return new GroupRows(group, StateCodec.encode(machine), channels.rows());
    }

    /** Makes the records durable. Any thread; blocks. */
    @Override
    public void sync() throws IOException {
        records.sync();
    }

    /** Notes that the rows of the last checkpoint are on disk. */
    @Override
    public void saved() {
        channels.saved();
    }

    @Override
    public void forsake(int channel) throws IOException {
        channels.forsake(channel);
    }

    @Override
    public Set<Integer> pause() throws IOException {
        paused = true;
        return channels.pause();
    }

    @Override
    public void resume() throws IOException {
        machine = read(group, table, channels);
        try {
            channels.resume(machine.applied());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        checkpointed = machine.applied();
        paused = false;
    }

    /** Returns the number of channels in memory. */
    public int live() {
        return channels.size();
    }

    /** Returns the extent of a channel; null if there is no such channel. */
    public CompletionStage<@Nullable Position> position(int channel) {
        CompletableFuture<@Nullable Position> position = new CompletableFuture<>();
        onLoop(position, () -> {
            LiveChannel found = channels.use(channel);
            position.complete(found == null ? null : found.state.position());
        });
        return position;
    }

    /** Returns the revision of a channel's rules; 0 if there is no such channel. */
    CompletionStage<Long> revision(int channel) {
        CompletableFuture<Long> revision = new CompletableFuture<>();
        onLoop(revision, () -> {
            LiveChannel found = channels.use(channel);
            revision.complete(found == null ? 0 : found.state.rules().revision());
        });
        return revision;
    }

    /**
     * Reads a channel. Fails with {@link ChannelGoneException} if there is no such channel.
     *
     * @param start the record to begin with
     */
    public CompletionStage<ChannelReader> read(int channel, ReadStart start) {
        return pin(channel)
                .thenCompose(pinned -> find(start, pinned.tail)
                        .handle((position, failure) -> {
                            if (failure != null) {
                                unpin(pinned);
                                return CompletableFuture.<ChannelReader>failedFuture(failure);
                            }
                            return CompletableFuture.completedFuture(new ChannelReader(
                                    pinned.tail, records, position, null, reads, damages, () -> unpin(pinned)));
                        })
                        .thenCompose(reader -> reader));
    }

    /** Returns the sequence number that a read would begin with. Fails with {@link ChannelGoneException} if there is no such channel. */
    CompletionStage<Long> locate(int channel, ReadStart start) {
        return pin(channel)
                .thenCompose(pinned -> find(start, pinned.tail).whenComplete((position, failure) -> unpin(pinned)));
    }

    /** Reads on from a cursor that was taken. Fails with {@link ChannelGoneException} if there is no such channel. */
    CompletionStage<ChannelReader> read(HeldCursor cursor) {
        CompletableFuture<ChannelReader> reader = new CompletableFuture<>();
        onLoop(reader, () -> {
            LiveChannel found = channels.use(cursor.channel());
            if (found == null) {
                reader.completeExceptionally(new ChannelGoneException(cursor.channel()));
                return;
            }
            found.pins++;
            found.hold(cursor, machine.applied());
            cursor.begun(found.tail);
            reader.complete(new ChannelReader(
                    found.tail, records, cursor.next(), cursor, reads, damages, () -> release(found, cursor)));
        });
        return reader;
    }

    private void release(LiveChannel channel, HeldCursor cursor) {
        try {
            loop.execute(() -> channel.release(cursor));
        } catch (RejectedExecutionException e) {
            cursor.lose(); // the loop has ended: nothing is stored any more
        }
        cursor.ended();
        unpin(channel);
    }

    /**
     * Checks whether a cursor still belongs to its reader, which may have missed the notification. If that cannot be determined nothing
     * changes.
     */
    void look(HeldCursor cursor) {
        CompletableFuture<Boolean> his = new CompletableFuture<>();
        onLoop(his, () -> {
            LiveChannel found = channels.use(cursor.channel());
            his.complete(found != null && found.has(cursor, machine.applied()));
        });
        var unused = his.whenComplete((is, failure) -> {
            if (failure != null) {
                LOG.debug(
                        "A cursor cannot be looked for channel={} cursor={}", cursor.channel(), cursor.name(), failure);
            } else if (!is) {
                cursor.lose();
            }
        });
    }

    /** Returns the cursors of a channel, sorted by name. Fails with {@link ChannelGoneException} if there is no such channel. */
    CompletionStage<List<CursorStatus>> cursors(int channel) {
        CompletableFuture<List<CursorStatus>> all = new CompletableFuture<>();
        onLoop(all, () -> {
            LiveChannel found = channels.use(channel);
            if (found == null) {
                all.completeExceptionally(new ChannelGoneException(channel));
            } else {
                all.complete(found.cursors());
            }
        });
        return all;
    }

    /** Returns a cursor of a channel; null if there is none. Fails with {@link ChannelGoneException} if there is no such channel. */
    CompletionStage<@Nullable Cursor> cursor(int channel, String name) {
        CompletableFuture<@Nullable Cursor> cursor = new CompletableFuture<>();
        onLoop(cursor, () -> {
            LiveChannel found = channels.use(channel);
            if (found == null) {
                cursor.completeExceptionally(new ChannelGoneException(channel));
            } else {
                cursor.complete(found.state.reader(name));
            }
        });
        return cursor;
    }

    /** Resolves a start to a sequence number. */
    private CompletionStage<Long> find(ReadStart start, Tail tail) {
        long first = tail.first();
        long next = tail.next();
        if (start instanceof ReadStart.Time time) {
            return find(time.timeMs(), tail, next);
        }
        long position = next;
        if (start instanceof ReadStart.Earliest) {
            position = first;
        } else if (start instanceof ReadStart.Seq seq) {
            position = Math.max(1, Math.min(next, seq.seq()));
        } else if (start instanceof ReadStart.Last last) {
            position = Math.max(first, next - Math.max(0, last.count()));
        }
        return CompletableFuture.completedFuture(position);
    }

    private CompletionStage<Long> find(long timeMs, Tail tail, long next) {
        CompletableFuture<Long> found = new CompletableFuture<>();
        try {
            reads.execute(() -> {
                try {
                    found.complete(Math.min(next, records.seqAt(tail.channel(), timeMs)));
                } catch (IOException | RuntimeException | Error e) {
                    found.completeExceptionally(tail.gone() ? new ChannelGoneException(tail.channel()) : e);
                }
            });
        } catch (RejectedExecutionException e) {
            found.completeExceptionally(new LogClosedException("The channels are closed", e));
        }
        return found;
    }

    /** Keeps a channel in memory until {@link #unpin}. */
    CompletionStage<LiveChannel> pin(int channel) {
        CompletableFuture<LiveChannel> pinned = new CompletableFuture<>();
        onLoop(pinned, () -> {
            LiveChannel found = channels.use(channel);
            if (found == null) {
                pinned.completeExceptionally(new ChannelGoneException(channel));
            } else {
                found.pins++;
                pinned.complete(found);
            }
        });
        return pinned;
    }

    void unpin(LiveChannel pinned) {
        try {
            loop.execute(() -> {
                if (--pinned.pins == 0) {
                    pinned.tail.forget();
                }
            });
        } catch (RejectedExecutionException e) {
            pinned.tail.forget(); // the loop has ended: pins are not counted any more
        }
    }

    RecordStore records() {
        return records;
    }

    /**
     * Seals the file that contains the record before the given one: later records of the channel, which must be in use, go to another file.
     */
    CompletionStage<Void> seal(int channel, long next) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        onLoop(done, () -> {
            if (channels.use(channel) == null) {
                done.completeExceptionally(new ChannelGoneException(channel));
                return;
            }
            try {
                records.seal(channel, next);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            done.complete(null);
        });
        return done;
    }

    private void onLoop(CompletableFuture<?> answer, Runnable question) {
        try {
            loop.execute(() -> answer(answer, question));
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new LogClosedException("The channels are closed", e));
        }
    }

    private void answer(CompletableFuture<?> answer, Runnable question) {
        if (paused) {
            answer.completeExceptionally(new ReplicaBehindException(group));
            return;
        }
        try {
            channels.shrink(); // before the question: a failure after it would go unnoticed
            question.run();
        } catch (UncheckedIOException e) {
            answer.completeExceptionally(e.getCause());
        } catch (IOException | CorruptDataException e) {
            answer.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
            throw e; // a bug: the loop reports it
        }
    }
}
