package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelRules;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryCodec;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.LocalDisk;
import io.wkmq.channel.storage.StorageException;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine of a standalone node: appends are acknowledged once they are on this node's disk. Thread-safe; does not block unless stated.
 */
public final class LocalEngine implements Engine {
    private final LocalStore store;
    private final LocalLog log;
    private final GroupAppends appends;
    private final AppendCounts counts = new AppendCounts();
    private final List<RetentionSweep> sweeps = new ArrayList<>();
    private final EngineThreads threads;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final HeldCursors cursors;
    private final SharedReadings readings;
    private final ScrubCounts scrubbed = new ScrubCounts();
    private final LostForEver damages;
    private final Scrub scrub;

    private LocalEngine(LocalStore store, LocalOptions options, Clock clock, EngineThreads threads) {
        this.store = store;
        this.threads = threads;
        this.log = new LocalLog(store, threads.loop(), threads.background(), options, counts);
        this.appends =
                new GroupAppends(store.replicas().size(), log::of, threads.loop(), clock, options.appender(), counts);
        this.cursors = new HeldCursors(new OwnGroups(), threads.loop(), clock, ThreadLocalRandom.current()::nextLong);
        this.readings = new SharedReadings(cursors, threads.loop(), GroupOptions.defaults());
        this.damages = new LostForEver(channel -> store.replicas().get(group(channel)), scrubbed);
        this.scrub = new Scrub(
                new ScrubPass.Parts(
                        store.replicas().size(),
                        store.replicas()::get,
                        store.table(),
                        damages,
                        threads.scrubs(),
                        threads.loop(),
                        scrubbed),
                options.scrub(),
                clock);
        for (GroupReplica replica : store.replicas()) {
            replica.tell(damages);
            ReplicatedLog of = log.of(replica.group());
            sweeps.add(new RetentionSweep(
                    replica,
                    store.table(),
                    of,
                    threads.loop(),
                    threads.background(),
                    clock,
                    options.retentionInterval().toMillis(),
                    () -> true));
        }
    }

    /**
     * Opens the channels in a directory, creating it if necessary. Blocks while the table and the log are read. Damaged parts are put
     * aside: the table is restored from its copy; the log counts up to the damage, and later records are recovered from the channels'
     * files.
     *
     * @throws io.wkmq.channel.storage.StorageException if the directory is used by another process or was used by a later version, or if
     *     the table and its copy are both damaged
     * @throws IOException if the disk fails
     */
    public static LocalEngine open(Path directory, LocalOptions options, Clock clock) throws IOException {
        return open(new LocalDisk(), directory, options, clock);
    }

    static LocalEngine open(Disk disk, Path directory, LocalOptions options, Clock clock) throws IOException {
        EngineThreads threads = new EngineThreads();
        boolean done = false;
        try {
            LocalStore store = LocalStore.open(disk, directory, options, threads.loop(), threads.reads());
            LocalEngine engine = new LocalEngine(store, options, clock, threads);
            engine.log.begin();
            engine.sweeps.forEach(RetentionSweep::start);
            engine.scrub.start();
            done = true;
            return engine;
        } finally {
            if (!done) {
                threads.end(() -> {});
            }
        }
    }

    /**
     * Returns what the table knows of the channels: complete only while nothing was changed since opening. Blocks.
     *
     * @throws io.wkmq.channel.storage.StorageException if a row is damaged
     */
    KnownRows known(List<ChannelDefinition> channels) throws IOException {
        try {
            return KnownRows.read(store.table(), channels);
        } catch (CorruptDataException e) {
            throw new StorageException("The rows of the channels are damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public int group(int channel) {
        return store.groupOf(channel);
    }

    private final class OwnGroups implements HeldCursors.Groups {
        @Override
        public GroupReplica replica(int channel) {
            return store.replicas().get(group(channel));
        }

        @Override
        public CompletionStage<byte[]> propose(int group, byte[] op) {
            return log.of(group).propose(op);
        }
    }

    private final class OwnCare implements Auditor.Care {
        @Override
        public boolean copies() {
            return false;
        }

        @Override
        public @Nullable String apart() {
            return null;
        }

        @Override
        public CompletionStage<ScrubReport> scrub(@Nullable Integer channel, long patienceMs) {
            return LocalEngine.this.scrub(channel, patienceMs);
        }

        @Override
        public CompletionStage<Void> refill(int channel, Set<NodeId> donors) {
            return CompletableFuture.failedFuture(new IOException("This node keeps nothing together with others"));
        }
    }

    @Override
    public boolean replicated() {
        return false;
    }

    @Override
    public void listen(RegistryListener listener) {
        store.registry().listen(listener);
    }

    @Override
    public CompletionStage<List<GroupStatus>> groups() {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public int groupsExpected() {
        return 0;
    }

    @Override
    public boolean keepsNothing() {
        return false;
    }

    @Override
    public @Nullable UUID replica() {
        return null;
    }

    @Override
    public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        return CompletableFuture.completedFuture(false);
    }

    @Override
    public CompletionStage<Void> removeNode(String node) {
        return CompletableFuture.failedFuture(new IOException("This node keeps nothing together with others"));
    }

    @Override
    public CompletionStage<Map<String, Set<Integer>>> filling() {
        return CompletableFuture.completedFuture(Map.of());
    }

    @Override
    public CompletionStage<Void> lead(int group, @Nullable String node) {
        return CompletableFuture.failedFuture(new IOException("This node keeps nothing together with others"));
    }

    @Override
    public boolean learner() {
        return false;
    }

    @Override
    public int replicas() {
        return 1;
    }

    @Override
    public List<Auditee> auditees() {
        Auditor own = new Auditor(channel -> store.replicas().get(group(channel)), threads.reads(), new OwnCare());
        return List.of(new Auditee(null, null, own::answer));
    }

    @Override
    public boolean quorum(int channel) {
        return true;
    }

    @Override
    public boolean blind() {
        return false;
    }

    @Override
    public boolean behind() {
        return false;
    }

    @Override
    public CompletionStage<Void> configure(int channel, ChannelRules rules) {
        return propose(channel, new GroupOp.Configure(channel, rules));
    }

    @Override
    public CompletionStage<Void> trim(int channel, long first) {
        return propose(channel, new GroupOp.Trim(channel, first));
    }

    /** Removes a channel and all its data permanently. */
    public CompletionStage<Void> drop(int channel) {
        return propose(channel, new GroupOp.Drop(channel));
    }

    private CompletionStage<Void> propose(int channel, GroupOp op) {
        return log.of(group(channel)).propose(OpCodec.encode(op)).thenAccept(answer -> {});
    }

    @Override
    public CompletionStage<RegistryAnswer> change(RegistryOp op) {
        return log.of(store.registry().group())
                .propose(RegistryCodec.encode(op))
                .thenApply(RegistryCodec::answer);
    }

    /** Reports to the registry that a deleted channel was dropped from its group. */
    private CompletionStage<Void> dropped(int channel) {
        return log.of(store.registry().group())
                .propose(RegistryCodec.encode(new RegistryOp.Dropped(channel)))
                .thenAccept(answer -> {});
    }

    @Override
    public CompletionStage<Void> clear(int channel) {
        return drop(channel).thenCompose(gone -> dropped(channel));
    }

    @Override
    public CompletionStage<List<ChannelDefinition>> channels() {
        return ask(() -> store.registry().channels());
    }

    @Override
    public CompletionStage<@Nullable ChannelDefinition> find(String name) {
        return ask(() -> store.registry().find(name));
    }

    @Override
    public CompletionStage<List<Integer>> deleted() {
        return ask(() -> store.registry().deleted());
    }

    @Override
    public CompletionStage<List<RegisteredNode>> nodes() {
        return ask(() -> store.registry().nodes());
    }

    @Override
    public boolean leadsRegistry() {
        return true;
    }

    private <T extends @Nullable Object> CompletionStage<T> ask(Supplier<T> question) {
        return threads.loop().ask(answer -> answer.complete(question.get()));
    }

    @Override
    public CompletionStage<Appended> append(int channel, Entry entry) {
        return appends.append(group(channel), channel, entry);
    }

    @Override
    public ChannelFigures figures(ChannelFigures.Ends ends) {
        return appends.figures(counts.log(), scrubbed, ends);
    }

    @Override
    public CompletionStage<ScrubReport> scrub(@Nullable Integer channel, long patienceMs) {
        return scrub.now(channel, patienceMs);
    }

    @Override
    public @Nullable String damage() {
        String lost = damages.trouble();
        return lost == null ? store.lost() : lost;
    }

    @Override
    public CompletionStage<ChannelReader> read(int channel, ReadStart start) {
        return store.replicas().get(group(channel)).read(channel, start);
    }

    @Override
    public CompletionStage<ChannelReader> take(int channel, String cursor, String reader, ReadStart start) {
        return cursors.take(channel, cursor, reader, start);
    }

    @Override
    public Map<Integer, Long> cursorLags() {
        return cursors.lags();
    }

    @Override
    public CompletionStage<GroupSeat> join(int channel, ReadingGroup group, String reader, ReadStart start) {
        return readings.join(
                channel, group, reader, start, new ChannelDeadLetters(group, entry -> append(channel, entry)));
    }

    @Override
    public CompletionStage<Void> resetCursor(int channel, String cursor, ReadStart start) {
        return cursors.reset(channel, cursor, start);
    }

    @Override
    public CompletionStage<Void> removeCursor(int channel, String cursor) {
        return cursors.remove(channel, cursor);
    }

    @Override
    public CompletionStage<List<CursorStatus>> cursors(int channel) {
        return store.replicas().get(group(channel)).cursors(channel);
    }

    @Override
    public CompletionStage<@Nullable Position> position(int channel) {
        return store.replicas().get(group(channel)).position(channel);
    }

    @Override
    public @Nullable String trouble() {
        return log.trouble();
    }

    @Override
    public void close() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        sweeps.forEach(RetentionSweep::stop);
        scrub.stop();
        CompletableFuture<Void> stored = new CompletableFuture<>();
        threads.loop().execute(() -> {
            try {
                cursors.close();
            } finally {
                stored.complete(null);
            }
        });
        stored.join(); // so that cursor moves precede the closing of the log
        threads.end(() -> {
            log.close();
            threads.loop().execute(() -> appends.close()); // after the last answers
        });
        try {
            log.finish();
        } finally {
            store.close();
        }
    }
}
