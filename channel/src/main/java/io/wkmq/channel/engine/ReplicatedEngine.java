package io.wkmq.channel.engine;

import io.wkmq.channel.audit.AuditCodec;
import io.wkmq.channel.audit.Auditees;
import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.group.ChannelRules;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Cursor;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.ImportAnswer;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.Origin;
import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryCodec;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.channel.registry.Takeover;
import io.wkmq.channel.sharing.Homes;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.LocalDisk;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
public final class ReplicatedEngine implements Engine, LeaderShare.Groups {
    private static final long PAUSE_MS = 200;

    private final ReplicaStore store;
    private final ReplicatedOptions options;
    private final Clock clock;
    private final EngineThreads threads;
    private final List<ChannelDefinition> known;
    private final EngineLogs logs;
    private final List<Appender> appenders = new ArrayList<>();
    private final List<RetentionSweep> sweeps = new ArrayList<>();
    private final AppendCounts counts = new AppendCounts();
    private final HeldCursors cursors;
    private final SharedReadings readings;
    private final Scrub scrub;
    private final LeaderShare share;
    private final Auditor auditor;
    private volatile @Nullable Auditees others;
    private volatile @Nullable ClusterReadings shared;

    private ReplicatedEngine(
            ReplicaStore store,
            ReplicatedOptions options,
            Clock clock,
            EngineThreads threads,
            LearnerFile learnerFile,
            Set<UUID> learnedFrom) {
        this.store = store;
        this.options = options;
        this.clock = clock;
        this.threads = threads;
        this.known = store.registry().channels();
        this.logs = new EngineLogs(store, learnerFile, learnedFrom, this::resume);
        this.cursors = new HeldCursors(new OwnGroups(), threads.loop(), clock, ThreadLocalRandom.current()::nextLong);
        this.readings = new SharedReadings(cursors, threads.loop(), GroupOptions.defaults());
        this.scrub = new Scrub(store.scrubbed(), options.scrub(), clock);
        this.share =
                new LeaderShare(this, threads.loop(), options.rebalanceAfter().toMillis());
        this.auditor = new Auditor(channel -> store.replica(group(channel)), threads.reads(), new OwnCare());
        for (int group = 0; group < store.groups(); group++) {
            int of = group;
            appenders.add(
                    new Appender(UUID.randomUUID(), op -> propose(of, op), threads.loop(), clock, options.appender()));
        }
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
                    new ReplicaThreads(threads.reads(), threads.background(), threads.scrubs(), threads.loop()));
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
        return logs.isExcluded() ? CompletableFuture.failedFuture(notHere()) : store.answer(question);
    }

    /** With whose replicas this node's are compared. To be called before the node meets others. */
    public void compareWith(Auditees nodes) {
        others = nodes;
    }

    /** Answers what other nodes ask of their {@link Auditees}. Does not block. */
    public CompletionStage<byte[]> answerAudit(byte[] question) {
        return auditor.answer(question);
    }

    /** With whom groups of readers are shared. To be called before the node meets others. */
    public void shareWith(Homes others) {
        shared = new ClusterReadings(
                new OwnChannels(), readings, others, threads.loop(), ThreadLocalRandom.current()::nextLong);
    }

    /** Answers what a node says to this one by its {@link Homes}. Does not block. */
    public CompletionStage<byte[]> answerSeat(NodeId from, byte[] report) {
        ClusterReadings with = shared;
        return with == null ? CompletableFuture.failedFuture(notHere()) : with.answer(from, report);
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
        return ask(() -> store.registry().takeover(origin));
    }

    /** Brings a change into the registry that may be in its log twice; completes when this node's replica has it. */
    CompletionStage<RegistryAnswer> register(RegistryOp op) {
        return insist(store.groups(), RegistryCodec.encode(op))
                .thenCompose(answer -> caughtUp(store.groups()).thenApply(nothing -> RegistryCodec.answer(answer)));
    }

    /** Brings an operation that imports into the log of a channel's group. */
    CompletionStage<ImportAnswer> importInto(int channel, GroupOp op) {
        return insist(group(channel), OpCodec.encode(op)).thenApply(StateCodec::decodeImport);
    }

    /**
     * Begins with these logs, as soon as they are there. Once. The stage completes when this node has applied all that was acknowledged
     * before; with a {@link LogClosedException} if it can have no part in them.
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

    /** Begins what goes on for as long as it has the groups. */
    private void resume(GroupLogs kept) {
        EngineLoop loop = store.registryLoop();
        if (loop == null) {
            return;
        }
        scrub.start();
        if (logs.learner()) {
            return; // those that keep the groups see to the rest
        }
        loop.execute(new UnheardChannels(store, this, threads.background(), logs::isClosed)::tell);
        for (int group = 0; group < store.groups(); group++) {
            int of = group;
            RetentionSweep sweep = new RetentionSweep(
                    replica(group),
                    store.table(),
                    op -> propose(of, op),
                    threads.loop(),
                    threads.background(),
                    clock,
                    options.retentionInterval().toMillis(),
                    () -> kept.leads(of));
            sweeps.add(sweep);
            sweep.start();
        }
        share.start();
    }

    @Override
    public int group(int channel) {
        return channel % store.groups();
    }

    private GroupReplica replica(int group) {
        GroupReplica replica = store.replica(group);
        if (replica == null) {
            throw new IllegalStateException("Group " + group + " has not begun");
        }
        return replica;
    }

    private CompletionStage<byte[]> propose(int group, byte[] op) {
        return logs.propose(group, op);
    }

    private OverloadedException notHere() {
        return logs.notHere();
    }

    /** From a thread of its own: on that of a group's log nothing can be brought into a log. */
    private <T> CompletionStage<T> onLoop(Supplier<CompletionStage<T>> step) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            threads.loop()
                    .execute(() -> begin(step).whenComplete((result, failure) -> {
                        if (failure == null) {
                            done.complete(result);
                        } else {
                            done.completeExceptionally(failure);
                        }
                    }));
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new LogClosedException("The channels are closed", e));
        }
        return done;
    }

    /** A step that fails at once ends too. */
    @SuppressWarnings("IllegalCatch") // whoever waits for it would wait for ever
    private static <T> CompletionStage<T> begin(Supplier<CompletionStage<T>> step) {
        try {
            return step.get();
        } catch (RuntimeException bug) {
            return CompletableFuture.failedFuture(bug);
        }
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
        return insist(group(channel), OpCodec.encode(op)).thenAccept(answer -> {});
    }

    /** Proposes again while nobody knows what became of it: of what may be in the log twice. */
    private CompletionStage<byte[]> insist(int group, byte[] op) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        insist(group, op, System.nanoTime() + options.patience().toNanos(), answer);
        return answer;
    }

    private void insist(int group, byte[] op, long endNanos, CompletableFuture<byte[]> answer) {
        onLoop(() -> propose(group, op)).whenComplete((result, failure) -> {
            if (failure == null) {
                answer.complete(result);
            } else if (failure instanceof LogClosedException || System.nanoTime() - endNanos > 0) {
                answer.completeExceptionally(failure);
            } else {
                CompletableFuture.delayedExecutor(PAUSE_MS, TimeUnit.MILLISECONDS)
                        .execute(() -> insist(group, op, endNanos, answer));
            }
        });
    }

    /** It is this node's own replica that the listener hears: so this waits for that one. */
    @Override
    public CompletionStage<RegistryAnswer> change(RegistryOp op) {
        if (op instanceof RegistryOp.Create create) {
            return change(op, create.name());
        }
        if (op instanceof RegistryOp.Alter alter) {
            return change(op, alter.name());
        }
        if (op instanceof RegistryOp.Delete delete) {
            return change(op, delete.name());
        }
        if (op instanceof RegistryOp.OfNode) {
            return register(op);
        }
        throw new IllegalArgumentException(
                "A change is " + op + "; expected one of a node, or of a channel that there is");
    }

    private CompletionStage<RegistryAnswer> change(RegistryOp op, String name) {
        long endNanos = System.nanoTime() + options.patience().toNanos();
        return new RegistryChange(new OwnRegistry(), op, name, endNanos).run();
    }

    private final class OwnCare implements Auditor.Care {
        @Override
        public boolean copies() {
            return store.copies();
        }

        @Override
        public @Nullable String apart() {
            return logs.apart();
        }

        @Override
        public CompletionStage<ScrubReport> scrub(@Nullable Integer channel, long patienceMs) {
            return ReplicatedEngine.this.scrub(channel, patienceMs);
        }

        @Override
        public CompletionStage<Void> refill(int channel, Set<NodeId> donors) {
            return logs.isHere() ? store.refill(channel, donors) : CompletableFuture.failedFuture(notHere());
        }
    }

    private final class OwnRegistry implements RegistryChange.Registry {
        @Override
        public CompletionStage<byte[]> propose(byte[] op) {
            return onLoop(() -> ReplicatedEngine.this.propose(store.groups(), op));
        }

        @Override
        public CompletionStage<Void> caughtUp() {
            return ReplicatedEngine.this.caughtUp(store.groups());
        }

        @Override
        public CompletionStage<@Nullable ChannelDefinition> find(String name) {
            return ReplicatedEngine.this.find(name);
        }
    }

    private CompletionStage<Void> caughtUp(int group) {
        return onLoop(() -> logs.caughtUp(group, options.patience()));
    }

    @Override
    public CompletionStage<Void> clear(int channel) {
        return propose(channel, new GroupOp.Drop(channel))
                .thenCompose(gone -> insist(store.groups(), RegistryCodec.encode(new RegistryOp.Dropped(channel))))
                .thenAccept(answer -> {});
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
        return logs.isHere() ? ask(() -> store.registry().nodes()) : CompletableFuture.failedFuture(notHere());
    }

    @Override
    public boolean leadsRegistry() {
        GroupLogs kept = logs.kept();
        return kept != null && kept.leads(store.groups());
    }

    private <T extends @Nullable Object> CompletionStage<T> ask(Supplier<T> question) {
        EngineLoop loop = store.registryLoop();
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (loop == null) {
            answer.completeExceptionally(notHere());
            return answer;
        }
        try {
            loop.execute(() -> answer.complete(question.get()));
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new IOException("The channels are closed", e));
        }
        return answer;
    }

    @Override
    public CompletionStage<Appended> append(int channel, Entry entry) {
        long since = System.nanoTime();
        return appenders
                .get(group(channel))
                .append(channel, entry)
                .whenComplete((appended, failure) -> counts.append(appended, System.nanoTime() - since));
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

    /**
     * Where reading begins is found in this node's replica, which may be behind others. Only a number that it does not have yet is waited
     * for: else who has read further on another node got the same again.
     */
    @Override
    public CompletionStage<ChannelReader> read(int channel, ReadStart start) {
        int group = group(channel);
        GroupReplica replica = store.replica(group);
        if (replica == null) {
            return CompletableFuture.failedFuture(notHere());
        }
        if (!(start instanceof ReadStart.Seq seq)) {
            return replica.read(channel, start);
        }
        return replica.position(channel)
                .thenCompose(position -> position == null || seq.seq() <= position.next()
                        ? CompletableFuture.completedFuture(null)
                        : caughtUp(group))
                .thenCompose(nothing -> replica.read(channel, start));
    }

    @Override
    public CompletionStage<ChannelReader> take(int channel, String cursor, String reader, ReadStart start) {
        return here(channel, () -> cursors.take(channel, cursor, reader, start));
    }

    @Override
    public Map<Integer, Long> cursorLags() {
        return cursors.lags();
    }

    /** Which reader it is nobody asks: the group's cursor is its home's. */
    @Override
    public CompletionStage<GroupSeat> join(int channel, ReadingGroup readers, String reader, ReadStart start) {
        ClusterReadings with = shared;
        return with == null
                ? CompletableFuture.failedFuture(notHere())
                : here(channel, () -> with.join(channel, readers, start));
    }

    @Override
    public CompletionStage<Void> resetCursor(int channel, String cursor, ReadStart start) {
        return here(channel, () -> cursors.reset(channel, cursor, start));
    }

    @Override
    public CompletionStage<Void> removeCursor(int channel, String cursor) {
        return here(channel, () -> cursors.remove(channel, cursor));
    }

    @Override
    public CompletionStage<List<CursorStatus>> cursors(int channel) {
        return here(channel, () -> replica(group(channel)).cursors(channel));
    }

    private <T> CompletionStage<T> here(int channel, Supplier<CompletionStage<T>> question) {
        return store.replica(group(channel)) == null ? CompletableFuture.failedFuture(notHere()) : question.get();
    }

    private final class OwnGroups implements HeldCursors.Groups {
        @Override
        public GroupReplica replica(int channel) {
            return ReplicatedEngine.this.replica(group(channel));
        }

        @Override
        public CompletionStage<byte[]> propose(int group, byte[] op) {
            return ReplicatedEngine.this.propose(group, op);
        }
    }

    @Override
    public CompletionStage<@Nullable Position> position(int channel) {
        GroupReplica replica = store.replica(group(channel));
        return replica == null ? CompletableFuture.failedFuture(notHere()) : replica.position(channel);
    }

    private final class OwnChannels implements ClusterReadings.Channels {
        @Override
        public CompletionStage<@Nullable Cursor> cursor(int channel, String name) {
            return caughtUp(group(channel))
                    .thenCompose(nothing -> replica(channel).cursor(channel, name));
        }

        @Override
        public GroupReplica replica(int channel) {
            return ReplicatedEngine.this.replica(group(channel));
        }

        @Override
        public SharedReading.DeadLetters deadLetters(int channel, ReadingGroup readers) {
            return new ChannelDeadLetters(readers, entry -> append(channel, entry));
        }
    }

    @Override
    public @Nullable String trouble() {
        return logs.trouble();
    }

    @Override
    public CompletionStage<List<GroupStatus>> groups() {
        CompletionStage<List<GroupStatus>> all = CompletableFuture.completedFuture(List.of());
        for (int group = 0; group < logs.count(); group++) {
            if (logs.isFound(group)) {
                all = all.thenCombine(logs.status(group), ReplicatedEngine::with);
            }
        }
        return all;
    }

    @Override
    public int groupsExpected() {
        return logs.count();
    }

    @Override
    public boolean keepsNothing() {
        return logs.isNew() && known.isEmpty() && replica() == null; // that at last: it may be decided meanwhile
    }

    private static List<GroupStatus> with(List<GroupStatus> before, GroupStatus next) {
        List<GroupStatus> all = new ArrayList<>(before);
        all.add(next);
        return all;
    }

    @Override
    public @Nullable UUID replica() {
        GroupLogs kept = logs.kept();
        return kept == null ? null : kept.replica();
    }

    @Override
    public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        GroupLogs kept = logs.kept();
        return kept == null ? CompletableFuture.failedFuture(notHere()) : kept.makePlace(removed, here, gone);
    }

    @Override
    public CompletionStage<Void> removeNode(String node) {
        GroupLogs kept = logs.kept();
        return kept == null ? CompletableFuture.failedFuture(notHere()) : kept.remove(node);
    }

    @Override
    public boolean learner() {
        return logs.learner();
    }

    @Override
    public int replicas() {
        GroupLogs kept = logs.kept();
        return kept == null ? Integer.MAX_VALUE : kept.members(); // until that is known nobody is most of them
    }

    @Override
    public List<Auditee> auditees() {
        Auditees found = others;
        List<Auditee> all =
                new ArrayList<>(List.of(new Auditee(found == null ? null : found.self(), null, auditor::answer)));
        if (found != null) {
            found.here()
                    .forEach(other -> all.add(new Auditee(
                            other.id(),
                            other.name(),
                            question -> found.ask(other.id(), AuditCodec.encode(question))
                                    .thenApply(AuditCodec::decodeAnswer))));
        }
        return all;
    }

    @Override
    public CompletionStage<Map<String, Set<Integer>>> filling() {
        GroupLogs kept = logs.kept();
        return kept == null ? CompletableFuture.failedFuture(notHere()) : kept.filling();
    }

    @Override
    public CompletionStage<Void> lead(int group, @Nullable String node) {
        GroupLogs kept = logs.kept();
        return kept == null || !logs.isFound(group)
                ? CompletableFuture.failedFuture(notHere())
                : kept.lead(group, node);
    }

    @Override
    public @Nullable String where() {
        GroupLogs kept = logs.kept();
        return kept == null ? null : kept.where();
    }

    @Override
    public ChannelFigures figures(SortedMap<String, Long> last) {
        GroupLogs kept = logs.kept();
        return new ChannelFigures(
                counts.times.read(),
                counts.refused.sum(),
                ChannelFigures.Queues.of(appenders),
                kept == null ? LogFigures.NONE : kept.written(),
                ChannelFigures.Scrubbed.of(store.scrubbed().counts()),
                last);
    }

    @Override
    public CompletionStage<ScrubReport> scrub(@Nullable Integer channel, long patienceMs) {
        return logs.isHere() ? scrub.now(channel, patienceMs) : CompletableFuture.failedFuture(notHere());
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
        share.stop(); // who leaves takes no groups
        CompletableFuture<Void> stored = new CompletableFuture<>();
        threads.loop().execute(() -> {
            try {
                cursors.close(); // what readers have done with goes into the logs as long as it can
                logs.close();
                appenders.forEach(Appender::close);
            } finally {
                stored.complete(null);
            }
        });
        stored.join();
    }

    /** Ends its threads and closes its files, when the node has left the others. Blocks. */
    public void closeFiles() throws IOException {
        close();
        sweeps.forEach(RetentionSweep::stop);
        scrub.stop();
        logs.endCopies();
        threads.end(() -> {});
        store.close();
    }
}
