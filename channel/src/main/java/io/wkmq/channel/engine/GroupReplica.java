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
 * What a node has of a group: the state of its channels and their records, as far as the group's log was applied. Belongs to its loop.
 * Any thread may {@link #sync}, {@link #read}, {@link #pin} and {@link #seal}, and ask for what answers by a stage.
 *
 * <p>What was applied is durable by the log alone until a checkpoint is on disk: {@link #checkpoint}, {@link #sync}, the table's write and
 * {@link #saved} in that order. After a restart the log has to be applied again from there on. After an exception the replica is to be
 * given up.
 */
public final class GroupReplica implements Replica {
    private static final Logger LOG = LoggerFactory.getLogger(GroupReplica.class);

    private static final byte[] NO_ANSWER = {};

    /** So much is read at a time of what is found. */
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

    /** Is told what is lost. */
    private volatile @Nullable Damages damages;

    /** Whether its rows and files are somebody else's now. */
    private boolean paused;

    /**
     * Takes up what the last checkpoint had.
     *
     * @param loop that owns it
     * @param reads for readers, which block
     * @param liveMax how many idle channels are kept in memory
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
     * Tells that one what readers find to be lost from now on, and what does not count any more: until then readers are told of gaps. Before
     * its loop applies anything.
     */
    void tell(Damages told) {
        damages = told;
        channels.tell(told);
    }

    /** The group's number. */
    @Override
    public int group() {
        return group;
    }

    /** The index of the last entry of the group's log that was applied. */
    @Override
    public long applied() {
        return machine.applied();
    }

    /**
     * Applies an entry of the log; nothing if it was applied before.
     *
     * @return the answer for who proposed it
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

    /** Applies an entry that says that there is another leader. */
    @Override
    public void newTerm(long index) {
        machine.newTerm(index);
    }

    @Override
    public boolean takesSpace(byte[] op) {
        return OpCodec.isAppend(op);
    }

    /**
     * Takes up what the files of a channel have behind its last record, for the part of the log that brought it is lost. On a node that has no
     * log elsewhere, before anything else is done with the channel; blocks.
     *
     * @return how many records that are
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

    /** Whether there is or was such a channel, as far as was applied. As {@link #takeFound}. */
    boolean knows(int channel) {
        return channels.use(channel) != null || channels.wasDropped(channel);
    }

    private void again(int channel, long first, long next) throws IOException {
        records.end(channel);
        records.begin(channel, first, next);
    }

    /** Writes the records of what was applied. */
    @Override
    public void flush() throws IOException {
        records.flush();
    }

    /** Lets readers have what was applied. To be called behind some entries, before they are answered. */
    @Override
    public void settle() throws IOException {
        channels.settle();
    }

    @Override
    public long checkpointed() {
        return checkpointed;
    }

    /** Whether so many channels have changed that memory needs a checkpoint. */
    @Override
    public boolean crowded() {
        return channels.unsaved() > liveMax;
    }

    /** The rows for a checkpoint. The records have to be synced before they are written. */
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

    /** The rows of the last checkpoint are on disk. */
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

    /** How many channels are in memory. */
    public int live() {
        return channels.size();
    }

    /** What a channel has; null if there is none. */
    public CompletionStage<@Nullable Position> position(int channel) {
        CompletableFuture<@Nullable Position> position = new CompletableFuture<>();
        onLoop(position, () -> {
            LiveChannel found = channels.use(channel);
            position.complete(found == null ? null : found.state.position());
        });
        return position;
    }

    /** The revision of the rules that a channel has; 0 if there is no such channel. */
    CompletionStage<Long> revision(int channel) {
        CompletableFuture<Long> revision = new CompletableFuture<>();
        onLoop(revision, () -> {
            LiveChannel found = channels.use(channel);
            revision.complete(found == null ? 0 : found.state.rules().revision());
        });
        return revision;
    }

    /**
     * Reads a channel. Fails with {@link ChannelGoneException} if there is none.
     *
     * @param start with which record
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

    /** The sequence number that reading would begin with. Fails with {@link ChannelGoneException} if there is no such channel. */
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
            cursor.lose(); // the loop has ended: nobody stores any more
        }
        cursor.ended();
        unpin(channel);
    }

    /** Looks whether a cursor is its reader's still: he may not have been told. If that cannot be said it stays so. */
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

    /** The cursors of a channel, by their names. Fails with {@link ChannelGoneException} if there is no such channel. */
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

    /** A cursor of a channel; null if there is none. Fails with {@link ChannelGoneException} if there is no such channel. */
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

    /** The sequence number to begin with. */
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

    /** Uses a channel until {@link #unpin}: it stays in memory. */
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
            pinned.tail.forget(); // the loop has ended: nobody counts any more
        }
    }

    RecordStore records() {
        return records;
    }

    /** What a channel that is in use gets from now on is not written to the file that has the record in front of that one. */
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
            channels.shrink(); // in front of the question: behind it nobody would hear that it failed
            question.run();
        } catch (UncheckedIOException e) {
            answer.completeExceptionally(e.getCause());
        } catch (IOException | CorruptDataException e) {
            answer.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
            throw e; // a bug: the loop tells it
        }
    }
}
