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
 * The channels of a node that keeps them together with others: what was appended is on the disks of most of them before that is said.
 * Every such node has a replica of every group, or a copy that follows those of others, and reads from its own. Thread-safe; never blocks but
 * where it says so.
 *
 * <p>It is opened before its node meets others, {@link #begin begins} when it has, is {@link #close closed} before the node leaves them,
 * and then {@link #closeFiles its files} are. Until it has begun nothing is appended.
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

    /** Completes when what there was to store as it was closed is on its way. */
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
     * Opens what a node has of its channels in a directory, which is made if it is not there. Blocks.
     *
     * @throws io.wkmq.channel.storage.StorageException if another process uses the directory, or a later version did
     * @throws IOException if the disk does not work
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
                    new ReplicaThreads(threads.reads(), threads.gives(), threads.background(), threads.scrubs(), threads.loop()));
            done = true;
            return new ReplicatedEngine(store, options, clock, threads, learnerFile, learnedFrom);
        } finally {
            if (!done) {
                threads.end(() -> {});
            }
        }
    }

    /** Where the logs of the groups are to be brought to. */
    public LogFollowers followers() {
        return store;
    }

    /** From whom this node's replicas get what they miss. To be called before the node meets others. */
    public void fetchFrom(Donors others) {
        logs.fetchFrom(others);
    }

    /** Is told once when a copy can follow no more: the node is to end at once. To be called before the node meets others. */
    public void onBroken(Consumer<IOException> told) {
        logs.onBroken(told);
    }

    /** Answers what other nodes ask of their {@link Donors}. Does not block. */
    public CompletionStage<byte[]> answerFetch(byte[] question) {
        return logs.isExcluded() ? CompletableFuture.failedFuture(logs.notHere()) : store.answer(question);
    }

    /** With whose replicas this node's are compared. To be called before the node meets others. */
    public void compareWith(Auditees nodes) {
        auditees.compareWith(nodes);
    }

    /** Answers what other nodes ask of their {@link Auditees}. Does not block. */
    public CompletionStage<byte[]> answerAudit(byte[] question) {
        return auditees.answer(question);
    }

    /** With whom groups of readers are shared. To be called before the node meets others. */
    public void shareWith(Homes others) {
        reading.shareWith(others);
    }

    /** Answers what a node says to this one by its {@link Homes}. Does not block. */
    public CompletionStage<byte[]> answerSeat(NodeId from, byte[] report) {
        return reading.answerSeat(from, report);
    }

    /** The channels that the node knew when it was opened: all that matters until it has heard of others. */
    public List<ChannelDefinition> known() {
        return known;
    }

    /** Whether what one of the {@link #known} has was still to come. Before the node meets others. */
    boolean knownComing(int channel) {
        return store.registry().coming(channel);
    }

    /** How far it was with a channel that a node kept alone. Before the node meets others. */
    Takeover knownTakeover(Origin origin) {
        return store.registry().takeover(origin);
    }

    /** Completes when this node has {@link #begin begun}. */
    CompletionStage<Void> begun() {
        return logs.begun();
    }

    /** How far it is with a channel that a node kept alone, as this node's replica of the registry knows. */
    CompletionStage<Takeover> takeover(Origin origin) {
        return registry.takeover(origin);
    }

    /** Brings a change into the registry that may be in its log twice; completes when this node's replica has it. */
    CompletionStage<RegistryAnswer> register(RegistryOp op) {
        return registry.register(op);
    }

    /** Brings an operation that imports into the log of a channel's group. */
    CompletionStage<ImportAnswer> importInto(int channel, GroupOp op) {
        return proposals.insist(group(channel), OpCodec.encode(op)).thenApply(StateCodec::decodeImport);
    }

    /**
     * Begins with these logs, as soon as they are there. Once. The stage completes when this node has applied all that was acknowledged
     * before; with a {@link LogClosedException} if it can have no part in them, or is closed first.
     */
    public CompletionStage<Void> begin(GroupLogs kept) {
        return logs.begin(kept);
    }

    /**
     * Whether this node does not know which channels there are until it has {@link #begin begun}: for it had no part in them, or what it
     * knew was lost.
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
        return logs.isNew() && known.isEmpty() && replica() == null; // that at last: it may be decided meanwhile
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

    /** Gives up what is under way. The replicas go on with what others do until the node leaves them. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            upkeep.leave();
            threads.loop().execute(() -> {
                try {
                    reading.close(); // what readers have done with goes into the logs as long as it can
                    logs.close();
                    appends.close();
                } finally {
                    stored.complete(null);
                }
            });
        }
        stored.join();
    }

    /** Ends its threads and closes its files, when the node has left the others. Blocks. */
    public void closeFiles() throws IOException {
        close();
        upkeep.stop();
        logs.endCopies();
        threads.end(() -> {});
        store.close();
    }
}
