package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.ChannelException;
import io.wkmq.channel.ChannelLog;
import io.wkmq.channel.Channels;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The channels of a node, by name and by topic. Thread-safe. What administrators do blocks until it is done. It comes into the registry
 * in the order of {@link ChangeOrder}; that a group has to hear of it then keeps nobody else back. {@link #capturing}, {@link #find} and
 * {@link #read} do not block. A node without channels has no engine.
 */
public final class NodeChannels implements Channels, AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;
    private static final long LONG_PATIENCE_MS = 20_000;
    private static final Declarations.Patience DECLARATIONS =
            new Declarations.Patience(Duration.ofSeconds(1), Duration.ofMillis(LONG_PATIENCE_MS));
    private static final String MAY_STILL = "; the change may still take effect";
    private static final int READ_RECORDS = 256;
    private static final long READ_BYTES = 1 << 20;

    /** How many may have records of channels compared at a time. */
    static final int VERIFYING_MAX = 2;

    private final Opener opener;
    private final Clock clock;
    private final ChannelCatalog catalog = new ChannelCatalog(Timing.SYSTEM);
    private final Semaphore verifying = new Semaphore(VERIFYING_MAX);
    private final ChangeOrder changes = new ChangeOrder();

    /** Held, and shared, by who changes something; by who closes, alone. */
    private final ReadWriteLock closing = new ReentrantReadWriteLock();

    private final Object opening = new Object();

    @GuardedBy("opening")
    private boolean closed;

    private volatile @Nullable Engine engine;
    private volatile @Nullable ChannelMoves moves;

    /** Makes an engine for the first channel. */
    private interface Opener {
        Engine open() throws IOException;
    }

    private NodeChannels(Opener opener, Clock clock) {
        this.opener = opener;
        this.clock = clock;
    }

    /**
     * Takes up the channels of a directory, if it is there, for a node that has no replicas elsewhere. Blocks.
     *
     * @throws io.wkmq.channel.storage.StorageException if what is there is damaged, or another process uses it
     * @throws IOException if the disk does not work
     */
    public static NodeChannels open(Path directory, LocalOptions options, Clock clock) throws IOException {
        NodeChannels channels = new NodeChannels(() -> LocalEngine.open(directory, options, clock), clock);
        if (Files.exists(directory)) {
            channels.start(directory, LocalEngine.open(directory, options, clock));
        }
        return channels;
    }

    /**
     * The channels of an engine that others have a part of. Those that it knows are here at once, the rest when it has heard of them. Does
     * not block.
     *
     * @param former what the node has kept alone until now, if it has: closed with these; nobody can use it until it is
     *     {@link #replicate moved}
     */
    public static NodeChannels of(ReplicatedEngine engine, @Nullable FormerChannels former, Clock clock) {
        NodeChannels channels = new NodeChannels(() -> engine, clock);
        channels.engine = engine;
        channels.catalog.begin(engine);
        for (ChannelDefinition channel : engine.known()) {
            if (engine.knownComing(channel.number())) {
                channels.catalog.announced(channel);
            } else {
                channels.catalog.put(channel, 0);
            }
        }
        if (former != null) {
            ChannelMoves begun = new ChannelMoves(former, engine, channels.catalog);
            channels.moves = begun;
            begun.begin();
        }
        return channels;
    }

    private void start(Path directory, LocalEngine opened) throws IOException {
        boolean done = false;
        try {
            resume(opened);
            engine = opened;
            done = true;
        } catch (ChannelException e) {
            throw new IOException("The channels in " + directory + " cannot be taken up: " + e.getMessage(), e);
        } finally {
            if (!done) {
                opened.close();
            }
        }
    }

    /** Brings the groups to what the registry says: the node may have ended in between. Nothing was appended yet. */
    private void resume(LocalEngine opened) throws ChannelException, IOException {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        List<ChannelDefinition> channels = await(opened.channels());
        KnownRows known = opened.known(channels);
        for (ChannelDefinition channel : known.unheard()) {
            all.add(opened.configure(channel.number(), channel.rules()).toCompletableFuture());
        }
        for (int number : await(opened.deleted())) {
            all.add(opened.clear(number).toCompletableFuture());
        }
        await(CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)));
        catalog.begin(opened);
        for (ChannelDefinition channel : channels) {
            catalog.put(channel, known.last().getOrDefault(channel.number(), 0L));
        }
    }

    @Override
    public @Nullable ChannelLog capturing(TopicName topic) {
        return catalog.capturing(topic);
    }

    /** Whether other nodes keep the replicas of the channels, and this one has copies that count in no majority. */
    public boolean learner() {
        Engine in = engine;
        return in != null && in.learner();
    }

    /** Whether what is in the channels is on other nodes too. */
    public boolean replicated() {
        Engine in = engine;
        return in != null && in.replicated();
    }

    /** All channels, by name. */
    public List<ChannelDefinition> list() {
        return catalog.all().stream()
                .sorted(Comparator.comparing(ChannelDefinition::name))
                .toList();
    }

    /** The channel of that name; null if there is none. */
    public @Nullable ChannelDefinition find(String name) {
        return catalog.find(name);
    }

    /** The channel that takes just these topics; null if there is none. */
    public @Nullable ChannelDefinition find(TopicFilter filter) {
        return catalog.find(filter);
    }

    /**
     * Declares a channel, which takes messages from now on.
     *
     * @throws ChannelException if it is not possible
     */
    public ChannelDefinition create(String name, TopicFilter filter, ChannelSettings settings) throws ChannelException {
        RegistryOp.Create create = new RegistryOp.Create(name, filter, settings, clock.millis());
        return change(in -> settled(changes.together(() -> in.change(create).thenApply(NodeChannels::done))));
    }

    /**
     * Declares channels, each as {@link #create} does, some of them at a time: so many take much less time than one after the other. One
     * that is refused, or whose group does not answer, does not keep the others back; all are answered within 20 s.
     *
     * @return what became of them, in their order
     * @throws ChannelException if nobody waits for that any more, or the node is being stopped
     */
    public List<Declared> createAll(List<RegistryOp.Create> wanted) throws ChannelException {
        return change(in -> new Declarations(wanted, new DeclarationSteps(in), DECLARATIONS, Timing.SYSTEM).run());
    }

    /** Completes when the group of a channel that was changed in the registry knows that. Nobody else waits for it. */
    private CompletableFuture<ChannelDefinition> settled(CompletableFuture<ChannelDefinition> changed) {
        return changed.thenCompose(channel -> catalog.settled(channel.number()).thenApply(settled -> channel));
    }

    private final class DeclarationSteps implements Declarations.Steps {
        private final Engine in;

        private DeclarationSteps(Engine in) {
            this.in = in;
        }

        @Override
        public CompletionStage<RegistryAnswer> declare(RegistryOp.Create channel) {
            return changes.together(() -> in.change(channel));
        }

        @Override
        public CompletionStage<@Nullable ChannelDefinition> find(String name) {
            return catalog.whyNot(name) == null ? in.find(name) : CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> settled(ChannelDefinition channel) {
            return catalog.settled(channel.number());
        }
    }

    /**
     * Gives a channel other settings.
     *
     * @throws ChannelException if there is none
     */
    public ChannelDefinition alter(String name, ChannelSettings settings) throws ChannelException {
        return change(in -> settled(changes.alone(
                () -> in.change(new RegistryOp.Alter(name, settings)).thenApply(NodeChannels::done))));
    }

    /**
     * Removes a channel with all that it has.
     *
     * @throws ChannelException if there is none
     */
    public void delete(String name) throws ChannelException {
        change(in -> changes.alone(() -> in.change(new RegistryOp.Delete(name)).thenApply(NodeChannels::done))
                .thenCompose(gone -> in.clear(gone.number()).thenApply(cleared -> gone)));
    }

    /**
     * Removes the records of a channel in front of a sequence number.
     *
     * @throws ChannelException if there is none
     */
    public void trim(String name, long first) throws ChannelException {
        ChannelDefinition channel = known(name);
        await(running().trim(channel.number(), first));
    }

    /**
     * What a channel has. Blocks.
     *
     * @throws ChannelException if there is none
     */
    public Position position(String name) throws ChannelException {
        ChannelDefinition channel = known(name);
        Position position = await(running().position(channel.number()));
        if (position == null) {
            throw new ChannelException("Channel " + name + " was removed", null);
        }
        return position;
    }

    /** Reads a channel that was {@link #find found}, as {@link GroupReplica#read}. */
    public CompletionStage<ChannelReader> read(ChannelDefinition channel, ReadStart start) {
        return ask(channel, in -> in.read(channel.number(), start));
    }

    private <T> CompletionStage<T> ask(ChannelDefinition channel, Function<Engine, CompletionStage<T>> question) {
        Engine in = engine;
        if (in == null) {
            return CompletableFuture.failedFuture(new ChannelGoneException(channel.number()));
        }
        String reason = catalog.whyNot(channel.name());
        return reason == null ? question.apply(in) : CompletableFuture.failedFuture(new OverloadedException(reason));
    }

    /**
     * Takes a cursor of a channel that was {@link #find found}, and reads on from there, as {@link HeldCursors#take}.
     *
     * @param reader who takes it
     * @param start with which record a new cursor begins
     */
    public CompletionStage<ChannelReader> take(
            ChannelDefinition channel, String cursor, String reader, ReadStart start) {
        return ask(channel, in -> in.take(channel.number(), cursor, reader, start));
    }

    /**
     * Joins those who share the records of a channel that was {@link #find found}, as {@link SharedReadings#join}.
     *
     * @param reader who joins
     * @param start with which record a new group begins
     */
    public CompletionStage<GroupSeat> join(
            ChannelDefinition channel, ReadingGroup group, String reader, ReadStart start) {
        return ask(channel, in -> in.join(channel.number(), group, reader, start));
    }

    /** The cursors of a channel that was {@link #find found}, as {@link GroupReplica#cursors}. */
    public CompletionStage<List<CursorStatus>> cursors(ChannelDefinition channel) {
        return ask(channel, in -> in.cursors(channel.number()));
    }

    /**
     * The cursors of a channel. Blocks.
     *
     * @throws ChannelException if there is no such channel
     */
    public List<CursorStatus> cursors(String name) throws ChannelException {
        ChannelDefinition channel = known(name);
        return await(running().cursors(channel.number()));
    }

    /**
     * Sets a cursor of a channel, which is made if it is not there, and ends its reader. Blocks.
     *
     * @param start with which record its next reader begins
     * @throws ChannelException if there is no such channel, or it has too many cursors
     */
    public void resetCursor(String name, String cursor, ReadStart start) throws ChannelException {
        ChannelDefinition channel = known(name);
        await(running().resetCursor(channel.number(), cursor, start));
    }

    /**
     * Removes a cursor of a channel and ends its reader. Blocks.
     *
     * @throws ChannelException if there is none
     */
    public void removeCursor(String name, String cursor) throws ChannelException {
        ChannelDefinition channel = known(name);
        await(running().removeCursor(channel.number(), cursor));
    }

    /**
     * Gives records of a channel that are there now, in their order. Blocks.
     *
     * @param most how many
     * @throws ChannelException if there is no such channel, or it cannot be read
     */
    public void read(String name, ReadStart start, long most, Consumer<ChannelRecord> each) throws ChannelException {
        long end = position(name).next();
        try (ChannelReader reader = await(running().read(known(name).number(), start))) {
            long left = most;
            while (left > 0 && reader.position() < end) {
                ReadBatch batch = await(reader.read((int) Math.min(left, READ_RECORDS), READ_BYTES));
                batch.records().stream().filter(record -> record.seq() < end).forEach(each);
                left -= batch.records().size();
            }
        }
    }

    /**
     * What this node knows of the logs that it keeps together with others; nothing if it keeps its own. Blocks.
     *
     * @throws ChannelException if that cannot be said
     */
    public List<GroupStatus> groups() throws ChannelException {
        Engine in = engine;
        return in == null ? List.of() : await(in.groups());
    }

    /** How many {@link #groups} there are once all are known here; 0 if this node keeps its own channels, or does not know yet. */
    public int groupsExpected() {
        Engine in = engine;
        return in == null ? 0 : in.groupsExpected();
    }

    /** Whether this node surely has nothing of the channels that others keep, as {@link Engine#keepsNothing}. */
    public boolean keepsNothing() {
        Engine in = engine;
        return in != null && in.keepsNothing();
    }

    /** As {@link #groups}, but nothing if that cannot be said now: for those who ask again. Blocks for some seconds at most. */
    public List<GroupStatus> groupsNow() {
        try {
            return groups();
        } catch (ChannelException e) {
            return List.of();
        }
    }

    /**
     * Removes a node that is lost for ever from those that keep the channels together, so that another one can take its place. Blocks.
     * Does not look at how many are left: without a majority of them it fails after half a minute, and may still take effect.
     *
     * @param node where it was, as {@link #groups} says it
     * @throws ChannelException if that is not possible
     */
    public void removeNode(String node) throws ChannelException {
        await(running().removeNode(node), MAY_STILL);
    }

    /**
     * Looks through the records of a channel, or of all, for damage on this node's disk, and has repaired what other nodes have. Blocks until
     * that is done, or some time has passed: then it goes on, and who asks again waits for the rest.
     *
     * @param name null for all channels
     * @throws ChannelException if there is no such channel, or they cannot be looked through
     */
    public ScrubReport scrub(@Nullable String name) throws ChannelException {
        Integer number = name == null ? null : (Integer) known(name).number();
        Engine in = engine;
        return in == null ? new ScrubReport(true, 0, 0, 0, 0) : await(in.scrub(number, LONG_PATIENCE_MS));
    }

    /**
     * Moves channels that this node has kept alone to the nodes that keep channels together; goes on where an earlier move was interrupted.
     * Blocks until that is done, or some time has passed: then it goes on, and who asks again waits for the rest.
     *
     * @param name null for all
     * @throws ChannelException if there is no such channel here, or it cannot be moved now
     */
    public MoveReport replicate(@Nullable String name) throws ChannelException {
        if (!replicated()) {
            throw new ChannelException(
                    "This node keeps its channels alone; expected cluster.channels.replicas = 3 on it and on two more",
                    null);
        }
        ChannelMoves mine = moves;
        boolean has = mine != null && (name == null || mine.has(name));
        if (!has && name != null && find(name) == null) {
            throw new ChannelException("There is no channel " + name, null);
        }
        SortedSet<String> elsewhere = catalog.announced();
        if (!has && (name == null ? !elsewhere.isEmpty() : elsewhere.contains(name))) {
            throw new ChannelException(
                    "Channels " + (name == null ? elsewhere : name)
                            + " are not on this node; expected the one that kept" + " them alone",
                    null);
        }
        return mine == null ? new MoveReport(true, 0, 0, 0) : await(mine.replicate(name, LONG_PATIENCE_MS));
    }

    /** Whether a channel is still to be moved from the node that kept it alone: until then nobody can use it. */
    public boolean unmoved(String name) {
        return catalog.whyNot(name) != null;
    }

    /** Which channels are still to be moved, for an operator; null if none are. */
    public @Nullable String unmoved() {
        SortedSet<String> names = catalog.announced();
        if (names.isEmpty()) {
            return null;
        }
        ChannelMoves mine = moves;
        String refused = mine == null ? null : mine.trouble();
        return names.size() + " channels take nothing until they are moved from the node that kept them alone, with"
                + " wkctl channels replicate; the first one is " + names.first()
                + (refused == null ? "" : ". " + refused);
    }

    /** What is known to be damaged on this node's disk, for an operator; null if nothing is. */
    public @Nullable String damage() {
        Engine in = engine;
        return in == null ? null : in.damage();
    }

    /**
     * Has another node lead the log of a group, as {@link GroupLogs#lead}. Blocks.
     *
     * @param group the number of one of {@link #groups}
     * @param node where it is, as {@link #groups} says it; null for any other one that is here
     * @throws ChannelException if it does not, with the reason
     */
    void lead(int group, @Nullable String node) throws ChannelException {
        await(running().lead(group, node));
    }

    /** Held by who has records of channels compared, which takes long. */
    Semaphore verifying() {
        return verifying;
    }

    /**
     * The groups that nodes should not lead now, as {@link GroupLogs#filling}: their replicas miss something. Blocks.
     *
     * @throws ChannelException if that cannot be said, as if the nodes that keep the channels do not agree on who they are
     */
    public Map<String, Set<Integer>> filling() throws ChannelException {
        return await(running().filling());
    }

    /** The nodes that say what they have of the channels; this one first, which is the only one if it keeps its own. */
    List<Auditee> auditees() throws ChannelException {
        return running().auditees();
    }

    /** How many nodes are to have a replica of each channel, be they here or not. */
    int replicas() throws ChannelException {
        return running().replicas();
    }

    /** Why nothing is appended now, for an operator; null if it is. */
    public @Nullable String trouble() {
        Engine in = engine;
        return in == null ? null : in.trouble();
    }

    /** By how many records the slowest reader with a cursor on this node is behind, by the names of channels that have some. */
    public SortedMap<String, Long> cursorLags() {
        SortedMap<String, Long> lags = new TreeMap<>();
        Engine in = engine;
        if (in != null) {
            Map<Integer, Long> byNumber = in.cursorLags();
            for (ChannelDefinition channel : byNumber.isEmpty() ? List.<ChannelDefinition>of() : catalog.all()) {
                Long lag = byNumber.get(channel.number());
                if (lag != null) {
                    lags.put(channel.name(), lag);
                }
            }
        }
        return lags;
    }

    /** What happens with the channels. */
    public ChannelFigures figures() {
        SortedMap<String, Long> last = catalog.last();
        Engine in = engine;
        return in == null ? ChannelFigures.none(last) : in.figures(last);
    }

    /** What the registry says of nodes, as {@link Engine#nodes}. Does not block; fails if there are no channels. */
    public CompletionStage<List<RegisteredNode>> nodes() {
        Engine in = engine;
        return in == null ? noChannels() : in.nodes();
    }

    /**
     * Tells the registry of a node. Does not block. Completes once that cannot be lost any more, with what the registry says of the node
     * then; fails if there are no channels, or it is not known whether it has come into effect.
     */
    public CompletionStage<RegistryAnswer> tell(RegistryOp.OfNode op) {
        Engine in = engine;
        return in == null ? noChannels() : in.change(op);
    }

    private static <T> CompletionStage<T> noChannels() {
        return CompletableFuture.failedFuture(new IOException("There are no channels, and no registry"));
    }

    /** By which the nodes that keep channels together know this one, as {@link GroupLogs#replica}; null if it is none of them. */
    public @Nullable UUID replica() {
        Engine in = engine;
        return in == null ? null : in.replica();
    }

    /** Makes place for a node that waits for one, as {@link GroupLogs#makePlace}. Does not block. */
    public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        Engine in = engine;
        return in == null ? noChannels() : in.makePlace(removed, here, gone);
    }

    /** Whether this node speaks for those that are not here, as {@link Engine#leadsRegistry}. */
    public boolean leadsRegistry() {
        Engine in = engine;
        return in != null && in.leadsRegistry();
    }

    private ChannelDefinition known(String name) throws ChannelException {
        ChannelDefinition channel = find(name);
        if (channel == null) {
            throw new ChannelException("There is no channel " + name, null);
        }
        requireMoved(name);
        return channel;
    }

    /** Refuses a channel that nobody can use yet. */
    void requireMoved(String name) throws ChannelException {
        String reason = catalog.whyNot(name);
        if (reason != null) {
            throw new ChannelException(reason, null);
        }
    }

    private Engine running() throws ChannelException {
        Engine in = engine;
        if (in == null) {
            throw new ChannelException("There are no channels", null);
        }
        return in;
    }

    @GuardedBy("opening")
    private Engine opened() throws ChannelException {
        if (closed) {
            throw new ChannelException("The node is being stopped", null);
        }
        Engine in = engine;
        if (in == null) {
            try {
                in = opener.open();
            } catch (IOException e) {
                throw new ChannelException("The directory of the channels cannot be used: " + e.getMessage(), e);
            }
            catalog.begin(in);
            engine = in;
        }
        return in;
    }

    /** Begins a change, and waits for it. It is done to its end also if that takes too long. */
    private <T> T change(Function<Engine, CompletableFuture<T>> change) throws ChannelException {
        closing.readLock().lock();
        try {
            Engine in;
            synchronized (opening) {
                in = opened();
            }
            return await(change.apply(in), MAY_STILL);
        } finally {
            closing.readLock().unlock();
        }
    }

    private static ChannelDefinition done(RegistryAnswer answer) {
        if (answer instanceof RegistryAnswer.Refused refused) {
            throw new CompletionException(new ChannelException(refused.reason(), null));
        }
        return ((RegistryAnswer.Done) answer).channel();
    }

    private static <T extends @Nullable Object> T await(CompletionStage<T> stage) throws ChannelException {
        return await(stage, "");
    }

    private static <T extends @Nullable Object> T await(CompletionStage<T> stage, String otherwise)
            throws ChannelException {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ChannelException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new ChannelException("The channels did not answer within " + PATIENCE_SECONDS + " s" + otherwise, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChannelException("The wait for the channels was interrupted" + otherwise, e);
        }
    }

    /** Finishes what was begun, and closes all files. Blocks. */
    @Override
    public void close() throws IOException {
        closing.writeLock().lock();
        try {
            synchronized (opening) {
                closed = true;
            }
            closeEngine();
        } finally {
            closing.writeLock().unlock();
        }
    }

    private void closeEngine() throws IOException {
        Engine in = engine;
        ChannelMoves mine = moves;
        try {
            if (in != null) {
                in.close();
            }
        } finally {
            if (mine != null) {
                mine.close();
            }
        }
    }
}
