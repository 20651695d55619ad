package io.wkmq.channel.engine;

import io.wkmq.channel.audit.Auditees;
import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.group.ChannelRules;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.ImportAnswer;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.Origin;
import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.channel.registry.Takeover;
import io.wkmq.channel.sharing.Homes;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.LocalDisk;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine of a node with replicated channels: appends are acknowledged once they are on the disks of a majority of replicas. Each node
 * has a replica of every group, or a learner's copy, and reads from its own. Thread-safe; does not block unless stated.
 *
 * <p>It is opened before its node meets others, {@link #begin begins} afterwards, is {@link #close closed} before the node leaves them, and
 * {@link #closeFiles its files} last. Nothing is appended until it has begun.
 */
public final class ReplicatedEngine implements Engine {
    private final ReplicaStore store;
    private final EngineThreads threads;
    private final List<ChannelDefinition> known;
    private final EngineLogs logs;
    private final LogProposals proposals;
    private final ReplicatedRegistry registry;
    private final ReplicaReading reading;
    private final ReplicaUpkeep upkeep;
    private final ReplicaAuditees auditees;
    private final GroupAppends appends;
    private final KeptGroups groups;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Completes once everything to be saved on closing has been proposed. */
    private final CompletableFuture<Void> stored = new CompletableFuture<>();

    private ReplicatedEngine(
            ReplicaStore store,
            ReplicatedOptions options,
            Clock clock,
            EngineThreads threads,
            LearnerFile learnerFile,
            Set<UUID> learnedFrom) {
        this.store = store;
        this.threads = threads;
        this.known = store.registry().channels();
        this.logs = new EngineLogs(store, learnerFile, learnedFrom, this::resume);
        this.proposals = new LogProposals(logs, threads.loop(), options.patience(), Timing.SYSTEM);
        this.registry = new ReplicatedRegistry(store, logs, proposals, options.patience(), Timing.SYSTEM);
        this.reading = new ReplicaReading(store, logs, proposals, threads.loop(), clock, this::append);
        this.groups = new KeptGroups(logs);
        this.upkeep = new ReplicaUpkeep(store, logs, this, groups, options, threads, clock);
        this.auditees = new ReplicaAuditees(store, logs, upkeep, threads.reads());
        this.appends = new GroupAppends(
                store.groups(),
                group -> op -> logs.propose(group, op),
                threads.loop(),
                clock,
                options.appender(),
                new AppendCounts());
    }

    private void resume(GroupLogs kept) {
        upkeep.begin(kept);
    }

    /**
     * Opens the channel data in a directory, creating it if necessary. Blocks.
     *
     * @throws io.wkmq.channel.storage.StorageException if the directory is used by another process, or was used by a later version
     * @throws IOException if the disk fails
     */
    public static ReplicatedEngine open(Path directory, ReplicatedOptions options, Clock clock) throws IOException {
        EngineThreads threads = new EngineThreads();
        boolean done = false;
        try {
            Disk disk = new LocalDisk();
            LearnerFile learnerFile = new LearnerFile(disk, directory);
            Set<UUID> learnedFrom = learnerFile.read();
            ReplicaStore store = ReplicaStore.open(
                    disk,
                    directory,
                    options.replicas(),
                    new ReplicaThreads(
                            threads.reads(), threads.gives(), threads.background(), threads.scrubs(), threads.loop()));
            done = true;
            return new ReplicatedEngine(store, options, clock, threads, learnerFile, learnedFrom);
        } finally {
            if (!done) {
                threads.end(() -> {});
            }
        }
    }

    /** Returns the replicas to which the groups' logs are applied. */
    public LogFollowers followers() {
        return store;
    }

    /** Sets the nodes from which this node's replicas fetch what they are missing. Call before the node meets others. */
    public void fetchFrom(Donors others) {
        logs.fetchFrom(others);
    }

    /** Sets a listener called once if a copy cannot continue: the node must end immediately. Call before the node meets others. */
    public void onBroken(Consumer<IOException> told) {
        logs.onBroken(told);
    }

    /** Answers another node's question sent through its {@link Donors}. Does not block. */
    public CompletionStage<byte[]> answerFetch(byte[] question) {
        return logs.isExcluded() ? CompletableFuture.failedFuture(logs.notHere()) : store.answer(question);
    }

    /** Sets the nodes whose replicas are compared with this node's. Call before the node meets others. */
    public void compareWith(Auditees nodes) {
        auditees.compareWith(nodes);
    }

    /** Answers another node's question sent through its {@link Auditees}. Does not block. */
    public CompletionStage<byte[]> answerAudit(byte[] question) {
        return auditees.answer(question);
    }

    /** Sets the nodes with which groups of readers are shared. Call before the node meets others. */
    public void shareWith(Homes others) {
        reading.shareWith(others);
    }

    /** Answers a report that a node sent to this one through its {@link Homes}. Does not block. */
    public CompletionStage<byte[]> answerSeat(NodeId from, byte[] report) {
        return reading.answerSeat(from, report);
    }

    /** Returns the channels known when the engine was opened: these are captured until it learns of others. */
    public List<ChannelDefinition> known() {
        return known;
    }

    /** Returns whether the import of one of the {@link #known} channels was not complete. Call before the node meets others. */
    boolean knownComing(int channel) {
        return store.registry().coming(channel);
    }

    /** Returns the known progress of taking over a channel of a standalone node. Call before the node meets others. */
    Takeover knownTakeover(Origin origin) {
        return store.registry().takeover(origin);
    }

    /** Completes once this node has {@link #begin begun}. */
    CompletionStage<Void> begun() {
        return logs.begun();
    }

    /** Completes with the progress of taking over a channel of a standalone node, according to this node's replica of the registry. */
    CompletionStage<Takeover> takeover(Origin origin) {
        return registry.takeover(origin);
    }

    /** Applies a change that may get into the registry's log twice; completes once this node's replica has it. */
    CompletionStage<RegistryAnswer> register(RegistryOp op) {
        return registry.register(op);
    }

    /** Proposes an import operation to a channel's group. */
    CompletionStage<ImportAnswer> importInto(int channel, GroupOp op) {
        return proposals.insist(group(channel), OpCodec.encode(op)).thenApply(StateCodec::decodeImport);
    }

    /**
     * Starts with these logs as soon as they are available. Call once. The stage completes once this node has applied everything
     * acknowledged before; fails with a {@link LogClosedException} if it can have no part in these logs, or is closed first.
     */
    public CompletionStage<Void> begin(GroupLogs kept) {
        return logs.begin(kept);
    }

    /**
     * Returns whether this node does not know which channels there are until it has {@link #begin begun}, because it had no part in them or
     * lost its data.
     */
    public boolean newcomer() {
        return logs.newcomer();
    }

    @Override
    public int group(int channel) {
        return store.groupOf(channel);
    }

    @Override
    public boolean replicated() {
        return true;
    }

    @Override
    public void listen(RegistryListener listener) {
        store.registry().listen(listener);
    }

    @Override
    public CompletionStage<Void> configure(int channel, ChannelRules rules) {
        return propose(channel, new GroupOp.Configure(channel, rules));
    }

    @Override
    public CompletionStage<Void> trim(int channel, long first) {
        return propose(channel, new GroupOp.Trim(channel, first));
    }

    private CompletionStage<Void> propose(int channel, GroupOp op) {
        return proposals.insist(group(channel), OpCodec.encode(op)).thenAccept(answer -> {});
    }

    @Override
    public CompletionStage<RegistryAnswer> change(RegistryOp op) {
        return registry.change(op);
    }

    @Override
    public CompletionStage<Void> clear(int channel) {
        return propose(channel, new GroupOp.Drop(channel)).thenCompose(gone -> registry.dropped(channel));
    }

    @Override
    public CompletionStage<List<ChannelDefinition>> channels() {
        return registry.channels();
    }

    @Override
    public CompletionStage<@Nullable ChannelDefinition> find(String name) {
        return registry.find(name);
    }

    @Override
    public CompletionStage<List<Integer>> deleted() {
        return registry.deleted();
    }

    @Override
    public CompletionStage<List<RegisteredNode>> nodes() {
        return registry.nodes();
    }

    @Override
    public boolean leadsRegistry() {
        return groups.leads(store.groups());
    }

    @Override
    public CompletionStage<Appended> append(int channel, Entry entry) {
        return appends.append(group(channel), channel, entry);
    }

    @Override
    public boolean blind() {
        return logs.blind();
    }

    @Override
    public boolean behind() {
        return !logs.isHere() || logs.blind();
    }

    @Override
    public boolean quorum(int channel) {
        return logs.led(group(channel));
    }

    @Override
    public CompletionStage<ChannelReader> read(int channel, ReadStart start) {
        return reading.read(channel, start);
    }

    @Override
    public CompletionStage<ChannelReader> take(int channel, String cursor, String reader, ReadStart start) {
        return reading.take(channel, cursor, reader, start);
    }

    @Override
    public Map<Integer, Long> cursorLags() {
        return reading.lags();
    }

    @Override
    public CompletionStage<GroupSeat> join(int channel, ReadingGroup group, String reader, ReadStart start) {
        return reading.join(channel, group, start);
    }

    @Override
    public CompletionStage<Void> resetCursor(int channel, String cursor, ReadStart start) {
        return reading.resetCursor(channel, cursor, start);
    }

    @Override
    public CompletionStage<Void> removeCursor(int channel, String cursor) {
        return reading.removeCursor(channel, cursor);
    }

    @Override
    public CompletionStage<List<CursorStatus>> cursors(int channel) {
        return reading.cursors(channel);
    }

    @Override
    public CompletionStage<@Nullable Position> position(int channel) {
        return reading.position(channel);
    }

    @Override
    public @Nullable String trouble() {
        return logs.trouble();
    }

    @Override
    public CompletionStage<List<GroupStatus>> groups() {
        return groups.groups();
    }

    @Override
    public int groupsExpected() {
        return logs.count();
    }

    @Override
    public boolean keepsNothing() {
        return logs.isNew() && known.isEmpty() && replica() == null; // checked last: it may be decided meanwhile
    }

    @Override
    public @Nullable UUID replica() {
        return groups.replica();
    }

    @Override
    public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        return groups.makePlace(removed, here, gone);
    }

    @Override
    public CompletionStage<Void> removeNode(String node) {
        return groups.remove(node);
    }

    @Override
    public boolean learner() {
        return logs.learner();
    }

    @Override
    public int replicas() {
        return groups.replicas();
    }

    @Override
    public List<Auditee> auditees() {
        return auditees.here();
    }

    @Override
    public CompletionStage<Map<String, Set<Integer>>> filling() {
        return groups.filling();
    }

    @Override
    public CompletionStage<Void> lead(int group, @Nullable String node) {
        return groups.lead(group, node);
    }

    @Override
    public ChannelFigures figures(ChannelFigures.Ends ends) {
        return appends.figures(groups.written(), store.scrubbed().counts(), ends);
    }

    @Override
    public CompletionStage<ScrubReport> scrub(@Nullable Integer channel, long patienceMs) {
        return upkeep.scrub(channel, patienceMs);
    }

    @Override
    public @Nullable String damage() {
        return logs.recovering()
                ? "The table of channels was damaged or lost and is begun anew; what it had is fetched from the other nodes"
                : store.damages().trouble();
    }

    /** Gives up operations in progress. The replicas keep following until the node leaves the others. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            upkeep.leave();
            threads.loop().execute(() -> {
                try {
                    reading.close(); // the readers' progress is proposed while that is possible
                    logs.close();
                    appends.close();
                } finally {
                    stored.complete(null);
                }
            });
        }
        stored.join();
    }

    /** Ends the threads and closes the files, once the node has left the others. Blocks. */
    public void closeFiles() throws IOException {
        close();
        upkeep.stop();
        logs.endCopies();
        threads.end(() -> {});
        store.close();
    }
}
