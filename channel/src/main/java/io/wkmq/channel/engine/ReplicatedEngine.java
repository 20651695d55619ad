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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The channels of a node that keeps them together with others: what was appended is on the disks of most of them before that is said.
 * Every such node has a replica of every group, and reads from its own. Thread-safe; never blocks but where it says so.
 *
 * <p>It is opened before its node meets others, {@link #begin begins} when it has, is {@link #close closed} before the node leaves them,
 * and then {@link #closeFiles its files} are. Until it has begun nothing is appended.
 */
public final class ReplicatedEngine implements Engine, LeaderShare.Groups {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicatedEngine.class);

    private static final Duration STEP = Duration.ofSeconds(5);
    private static final long PAUSE_MS = 200;
    private static final String UNCONFIRMED =
            "this node does not know yet whether the channels of the nodes that it is among are those that it follows";

    private final ReplicaStore store;
    private final ReplicatedOptions options;
    private final Clock clock;
    private final EngineThreads threads;
    private final List<ChannelDefinition> known;
    private final AtomicReferenceArray<@Nullable ReplicatedLog> logs;
    private final List<Appender> appenders = new ArrayList<>();
    private final List<RetentionSweep> sweeps = new ArrayList<>();
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final AppendCounts counts = new AppendCounts();
    private final HeldCursors cursors;
    private final SharedReadings readings;
    private final Scrub scrub;
    private final LeaderShare share;
    private final Auditor auditor;
    private volatile Consumer<IOException> onBroken = cause -> {};
    private volatile @Nullable Auditees others;
    private volatile @Nullable Donors donors;
    private volatile @Nullable ClusterReadings shared;
    private volatile @Nullable GroupLogs cluster;
    private volatile @Nullable String waiting = "the node has not met the others yet";
    private volatile boolean newcomer;
    private volatile boolean blind;

    /** On a node that keeps no replicas. */
    private volatile @Nullable LearnedGroups learned;

    private final LearnerFile learnerFile;

    /** Who kept the replicas of which this node has copies; none if it has none. */
    private final Set<UUID> learnedFrom;

    /** Whether what it has is none of what the others have. */
    private volatile boolean excluded;

    /** Whether the table was lost, and not all is here again that it had. */
    private volatile boolean recovering;

    private volatile boolean closed;

    private ReplicatedEngine(
            ReplicaStore store,
            ReplicatedOptions options,
            Clock clock,
            EngineThreads threads,
            LearnerFile learnerFile,
            Set<UUID> learnedFrom) {
        this.store = store;
        this.learnerFile = learnerFile;
        this.learnedFrom = learnedFrom;
        store.copies(!learnedFrom.isEmpty()); // until it takes a place
        this.options = options;
        this.clock = clock;
        this.threads = threads;
        this.known = store.registry().channels();
        this.recovering = store.begunAnew();
        this.blind = recovering || !learnedFrom.isEmpty();
        this.logs = new AtomicReferenceArray<>(store.groups() + 1);
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
        donors = others;
        store.fetchFrom(new PermittedDonors(others, this::mayFetch));
    }

    /** Not from nodes that may have other channels. */
    private boolean mayFetch() {
        GroupLogs kept = cluster;
        return !excluded && (!store.copies() || (kept != null && kept.confirmed()));
    }

    /** Is told once when a copy can follow no more: the node is to end at once. To be called before the node meets others. */
    public void onBroken(Consumer<IOException> told) {
        onBroken = told;
    }

    /** Answers what other nodes ask of their {@link Donors}. Does not block. */
    public CompletionStage<byte[]> answerFetch(byte[] question) {
        return excluded ? CompletableFuture.failedFuture(notHere()) : store.answer(question);
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
        return begun.copy();
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
        cluster = kept;
        Thread thread = new Thread(() -> find(kept), "wkmq-channels-begin");
        thread.setDaemon(true);
        thread.start();
        return begun.copy();
    }

    private void find(GroupLogs kept) {
        try {
            kept.follows(learnedFrom);
            for (int group = 0; group < logs.length() && !closed; group++) {
                find(kept, group);
            }
            takePart(kept);
            for (int group = 0; group < logs.length() && !closed; group++) {
                catchUp(kept, group);
            }
            if (!closed && isHere()) {
                resume(kept);
                recovered();
                begun.complete(null);
                LOG.info("The channels are here groups={}", store.groups());
            }
        } catch (LogClosedException e) {
            giveUp(e);
        } catch (IOException e) {
            giveUp(new LogClosedException("The disk does not take who keeps the channels: " + e.getMessage(), e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All is here, unless a copy was given up meanwhile. */
    private synchronized boolean isHere() {
        if (excluded) {
            return false;
        }
        blind = false;
        waiting = null;
        return true;
    }

    /** What the copies of this node need of it, and tell it. */
    private final class OwnCopies implements LearnedGroups.Owner {
        @Override
        public @Nullable Donors donors() {
            return donors;
        }

        @Override
        public void apart(LogClosedException reason) {
            giveUp(reason);
        }

        @Override
        public void broken(Exception cause) {
            giveUp(cause);
            onBroken.accept(new IOException("A copy of channels can follow no more: " + cause.getMessage(), cause));
        }
    }

    private void giveUp(Exception reason) {
        synchronized (this) {
            excluded = true;
            blind = true;
            waiting = String.valueOf(reason.getMessage());
        }
        LOG.error("The channels will not be here: {}", reason.getMessage());
        begun.completeExceptionally(reason);
    }

    /** With replicas, which others may follow, or following those that others have. */
    private void takePart(GroupLogs kept) throws IOException, InterruptedException {
        if (closed) {
            return;
        }
        if (!kept.keepers().isEmpty()) {
            blind = true;
            newcomer = true; // until it has all
            if (learnedFrom.isEmpty() && store.hasRows()) {
                throw new LogClosedException(
                        "This node has channels, but no log of them, and is none of those that keep them; expected an empty"
                                + " data directory, with which it is as any node without channels",
                        null);
            }
            store.copies(true);
            LearnedGroups following =
                    LearnedGroups.begin(store, logs.length(), kept, learnerFile, new OwnCopies());
            learned = following;
            if (closed) {
                following.close(); // the files may be closed next
            }
            return;
        }
        learnerFile.delete();
        store.copies(false);
        UUID self = kept.replica();
        store.feed(new EntryFeed.Source() {
            @Override
            public @Nullable UUID replica() {
                return self;
            }

            @Override
            public boolean led(int group) {
                return kept.led(group);
            }
        });
    }

    private void recovered() {
        if (!recovering) {
            return;
        }
        recovering = false;
        try {
            store.settled();
        } catch (IOException e) { // then the next start waits for the others again
            LOG.warn("That the table of channels is whole again cannot be noted", e);
        }
    }

    private void find(GroupLogs kept, int group) throws LogClosedException, InterruptedException {
        while (!closed && logs.get(group) == null) {
            try {
                logs.set(group, kept.log(group, STEP));
            } catch (LogClosedException e) {
                throw e;
            } catch (IOException e) {
                newcomer |= e instanceof NewcomerException;
                blind = newcomer || recovering || !learnedFrom.isEmpty();
                waits(String.valueOf(e.getMessage()));
                Thread.sleep(PAUSE_MS); // there is nothing else that this thread could do
            }
        }
    }

    /**
     * Whether this node does not know which channels there are until it has {@link #begin begun}: for it had no part in them, or what it
     * knew was lost.
     */
    public boolean newcomer() {
        return newcomer
                || recovering
                || !learnedFrom.isEmpty()
                || store.filling().contains(store.groups());
    }

    private void catchUp(GroupLogs kept, int group) throws LogClosedException, InterruptedException {
        while (!closed && !excluded) {
            try {
                caughtUp(kept, group, STEP).toCompletableFuture().get();
                return;
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                waits(String.valueOf(cause.getMessage()));
                kept.requirePlace(STEP);
                Thread.sleep(PAUSE_MS);
            }
        }
    }

    private CompletionStage<Void> caughtUp(GroupLogs kept, int group, Duration limit) {
        LearnedGroups following = learned;
        return following == null ? kept.caughtUp(group, limit) : following.caughtUp(group, limit);
    }

    private boolean led(GroupLogs kept, int group) {
        LearnedGroups following = learned;
        return following == null ? kept.led(group) : following.led(group);
    }

    private synchronized void waits(String reason) {
        if (excluded) {
            return; // that is said, and stays so
        }
        if (!reason.equals(waiting)) {
            LOG.warn("The channels are not here yet, they are waited for: {}", reason);
        }
        waiting = reason;
    }

    /** Begins what goes on for as long as it has the groups. */
    private void resume(GroupLogs kept) {
        EngineLoop loop = store.registryLoop();
        if (loop == null) {
            return;
        }
        scrub.start();
        if (learned != null) {
            return; // those that keep the groups see to the rest
        }
        loop.execute(new UnheardChannels(store, this, threads.background(), () -> closed)::tell);
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
        if (closed) {
            return CompletableFuture.failedFuture(new LogClosedException("The channels are closed", null));
        }
        LearnedGroups following = learned;
        if (excluded || (following != null && !following.confirmed())) {
            return CompletableFuture.failedFuture(notHere());
        }
        ReplicatedLog log = logs.get(group);
        return log == null ? CompletableFuture.failedFuture(notHere()) : log.propose(op);
    }

    private OverloadedException notHere() {
        String reason = waiting;
        return new OverloadedException("The channels are not here yet: " + (reason == null ? UNCONFIRMED : reason));
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
            if (excluded) {
                return "The channels will not be here: " + waiting;
            }
            return mayFetch() ? null : UNCONFIRMED;
        }

        @Override
        public CompletionStage<ScrubReport> scrub(@Nullable Integer channel, long patienceMs) {
            return ReplicatedEngine.this.scrub(channel, patienceMs);
        }

        @Override
        public CompletionStage<Void> refill(int channel, Set<NodeId> donors) {
            return waiting == null ? store.refill(channel, donors) : CompletableFuture.failedFuture(notHere());
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
        GroupLogs kept = cluster;
        return kept == null || logs.get(group) == null
                ? CompletableFuture.failedFuture(notHere())
                : onLoop(() -> caughtUp(kept, group, options.patience()));
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
        return waiting == null ? ask(() -> store.registry().nodes()) : CompletableFuture.failedFuture(notHere());
    }

    @Override
    public boolean leadsRegistry() {
        GroupLogs kept = cluster;
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
        LearnedGroups following = learned;
        return blind || excluded || (following != null && following.blind());
    }

    @Override
    public boolean quorum(int channel) {
        GroupLogs kept = cluster;
        return kept != null && logs.get(group(channel)) != null && led(kept, group(channel));
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
        String reason = waiting;
        if (reason != null) {
            return "The channels are not here yet: " + reason;
        }
        List<Integer> filling = store.filling();
        if (!filling.isEmpty()) {
            return "This node's replicas of groups " + filling
                    + " of the channels miss something, which is fetched from other nodes: they cannot be read here";
        }
        LearnedGroups following = learned;
        if (following != null && !following.confirmed()) {
            return "The channels cannot be used here: " + UNCONFIRMED;
        }
        GroupLogs kept = cluster;
        for (int group = 0; kept != null && group < logs.length(); group++) {
            if (!led(kept, group)) {
                return following == null
                        ? "Group " + group + " of the channels has no leader: too few of the nodes that keep it are here"
                        : "Group " + group + " of the channels, of which this node has a copy, is not heard of: none of the"
                                + " nodes that keep it answers and knows its leader";
            }
        }
        return null;
    }

    @Override
    public CompletionStage<List<GroupStatus>> groups() {
        GroupLogs kept = cluster;
        LearnedGroups following = learned;
        CompletionStage<List<GroupStatus>> all = CompletableFuture.completedFuture(List.of());
        for (int group = 0; kept != null && group < logs.length(); group++) {
            if (logs.get(group) != null) {
                all = all.thenCombine(
                        following == null ? kept.status(group) : following.status(group), ReplicatedEngine::with);
            }
        }
        return all;
    }

    @Override
    public int groupsExpected() {
        return logs.length();
    }

    @Override
    public boolean keepsNothing() {
        GroupLogs kept = cluster;
        boolean apart = newcomer || (kept != null && !kept.decided());
        return apart
                && !recovering
                && known.isEmpty()
                && replica() == null; // that at last: it may be decided meanwhile
    }

    private static List<GroupStatus> with(List<GroupStatus> before, GroupStatus next) {
        List<GroupStatus> all = new ArrayList<>(before);
        all.add(next);
        return all;
    }

    @Override
    public @Nullable UUID replica() {
        GroupLogs kept = cluster;
        return kept == null ? null : kept.replica();
    }

    @Override
    public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        GroupLogs kept = cluster;
        return kept == null ? CompletableFuture.failedFuture(notHere()) : kept.makePlace(removed, here, gone);
    }

    @Override
    public CompletionStage<Void> removeNode(String node) {
        GroupLogs kept = cluster;
        return kept == null ? CompletableFuture.failedFuture(notHere()) : kept.remove(node);
    }

    @Override
    public boolean learner() {
        return learned != null;
    }

    @Override
    public int replicas() {
        GroupLogs kept = cluster;
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
        GroupLogs kept = cluster;
        return kept == null ? CompletableFuture.failedFuture(notHere()) : kept.filling();
    }

    @Override
    public CompletionStage<Void> lead(int group, @Nullable String node) {
        GroupLogs kept = cluster;
        return kept == null || logs.get(group) == null
                ? CompletableFuture.failedFuture(notHere())
                : kept.lead(group, node);
    }

    @Override
    public @Nullable String where() {
        GroupLogs kept = cluster;
        return kept == null ? null : kept.where();
    }

    @Override
    public ChannelFigures figures(SortedMap<String, Long> last) {
        GroupLogs kept = cluster;
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
        return waiting == null ? scrub.now(channel, patienceMs) : CompletableFuture.failedFuture(notHere());
    }

    @Override
    public @Nullable String damage() {
        return recovering
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
                closed = true;
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
        LearnedGroups following = learned;
        if (following != null) {
            following.close();
        }
        threads.end(() -> {});
        store.close();
    }
}
