package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.ChannelException;
import io.wkmq.channel.ChannelLog;
import io.wkmq.channel.Channels;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The channels of a node by name and by topic: the entry point for clients and operators to the node's engine. A node without channels has
 * no engine. Thread-safe. {@link #capturing}, {@link #find} and {@link #read} do not block.
 */
public final class NodeChannels implements Channels, AutoCloseable {
    /** How many comparisons of channel records may run at a time. */
    static final int VERIFYING_MAX = 2;

    private final Opener opener;
    private final ChannelCatalog catalog = new ChannelCatalog(Timing.SYSTEM);
    private final Semaphore verifying = new Semaphore(VERIFYING_MAX);
    private final ChannelChanges changes;
    private final ChannelContents contents = new ChannelContents(this);

    /** Held shared while something is changed, exclusively while closing. */
    private final ReadWriteLock closing = new ReentrantReadWriteLock();

    private final Object opening = new Object();

    @GuardedBy("opening")
    private boolean closed;

    private volatile @Nullable Engine engine;
    private volatile @Nullable ChannelMoves moves;

    /** Creates the engine when the first channel is declared. */
    private interface Opener {
        Engine open() throws IOException;
    }

    private NodeChannels(Opener opener, Clock clock) {
        this.opener = opener;
        this.changes = new ChannelChanges(this, catalog, clock);
    }

    /**
     * Opens the channels of a standalone node if the directory exists. Blocks.
     *
     * @throws io.wkmq.channel.storage.StorageException if the data is damaged or another process uses it
     * @throws IOException if the disk fails
     */
    public static NodeChannels open(Path directory, LocalOptions options, Clock clock) throws IOException {
        NodeChannels channels = new NodeChannels(() -> LocalEngine.open(directory, options, clock), clock);
        if (Files.exists(directory)) {
            channels.start(directory, LocalEngine.open(directory, options, clock));
        }
        return channels;
    }

    /**
     * Returns the channels of a replicated engine. Those it knows already are available at once, the others once it has learned of them.
     * Does not block.
     *
     * @param former the channels that the node kept as a standalone node, if any: closed together with these; unusable until
     *     {@link ChannelUpkeep#replicate moved}
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

    /** Brings the groups in line with the registry, since the node may have ended between two changes. Nothing has been appended yet. */
    private void resume(LocalEngine opened) throws ChannelException, IOException {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        List<ChannelDefinition> channels = EngineAnswers.await(opened.channels());
        KnownRows known = opened.known(channels);
        for (ChannelDefinition channel : known.unheard()) {
            all.add(opened.configure(channel.number(), channel.rules()).toCompletableFuture());
        }
        for (int number : EngineAnswers.await(opened.deleted())) {
            all.add(opened.clear(number).toCompletableFuture());
        }
        EngineAnswers.await(CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)));
        catalog.begin(opened);
        for (ChannelDefinition channel : channels) {
            catalog.put(channel, known.last().getOrDefault(channel.number(), 0L));
        }
    }

    @Override
    public @Nullable ChannelLog capturing(TopicName topic) {
        return catalog.capturing(topic);
    }

    /** Returns whether this node is a learner: other nodes keep the replicas, and its copies count in no quorum. */
    public boolean learner() {
        Engine in = engine;
        return in != null && in.learner();
    }

    /** Returns whether the channels are replicated to other nodes. */
    public boolean replicated() {
        Engine in = engine;
        return in != null && in.replicated();
    }

    /** Returns all channels, ordered by name. */
    public List<ChannelDefinition> list() {
        return catalog.all().stream()
                .sorted(Comparator.comparing(ChannelDefinition::name))
                .toList();
    }

    /** Returns the channel with this name; null if there is none. */
    public @Nullable ChannelDefinition find(String name) {
        return catalog.find(name);
    }

    /** Returns the channel with exactly this filter; null if there is none. */
    public @Nullable ChannelDefinition find(TopicFilter filter) {
        return catalog.find(filter);
    }

    /** Returns the operations that declare, alter and delete channels. */
    public ChannelChanges changes() {
        return changes;
    }

    /** Returns the administrative view of channels' content. */
    public ChannelContents contents() {
        return contents;
    }

    /** Reads a channel that was {@link #find found}, as in {@link GroupReplica#read}. */
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
     * Takes a cursor of a channel that was {@link #find found} and reads from its position, as in {@link HeldCursors#take}.
     *
     * @param reader the new holder
     * @param start where a new cursor starts
     */
    public CompletionStage<ChannelReader> take(
            ChannelDefinition channel, String cursor, String reader, ReadStart start) {
        return ask(channel, in -> in.take(channel.number(), cursor, reader, start));
    }

    /**
     * Joins a group of readers of a channel that was {@link #find found}, as in {@link SharedReadings#join}.
     *
     * @param reader the joining reader
     * @param start where a new group starts
     */
    public CompletionStage<GroupSeat> join(
            ChannelDefinition channel, ReadingGroup group, String reader, ReadStart start) {
        return ask(channel, in -> in.join(channel.number(), group, reader, start));
    }

    /** Completes with the cursors of a channel that was {@link #find found}, as in {@link GroupReplica#cursors}. */
    public CompletionStage<List<CursorStatus>> cursors(ChannelDefinition channel) {
        return ask(channel, in -> in.cursors(channel.number()));
    }

    /**
     * Returns the status of the replicated groups as known to this node; empty on a standalone node. Blocks.
     *
     * @throws ChannelException if the status is unavailable
     */
    public List<GroupStatus> groups() throws ChannelException {
        Engine in = engine;
        return in == null ? List.of() : EngineAnswers.await(in.groups());
    }

    /** Returns how many {@link #groups} there are once all are known here; 0 on a standalone node, or if still unknown. */
    public int groupsExpected() {
        Engine in = engine;
        return in == null ? 0 : in.groupsExpected();
    }

    /** Returns whether this node certainly has none of the replicated channels, as in {@link Engine#keepsNothing}. */
    public boolean keepsNothing() {
        Engine in = engine;
        return in != null && in.keepsNothing();
    }

    /**
     * Like {@link #groups}, but returns an empty list if the status is unavailable: for callers that poll. Blocks for some seconds at most.
     */
    public List<GroupStatus> groupsNow() {
        try {
            return groups();
        } catch (ChannelException e) {
            return List.of();
        }
    }

    /** Returns whether a channel has yet to be moved from a standalone node: until then it is unusable. */
    public boolean unmoved(String name) {
        return catalog.whyNot(name) != null;
    }

    /** Describes, for an operator, which channels have yet to be moved; null if there are none. */
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

    /** Describes, for an operator, known damage on this node's disk; null if there is none. */
    public @Nullable String damage() {
        Engine in = engine;
        return in == null ? null : in.damage();
    }

    /**
     * Transfers the leadership of a group, as in {@link GroupLogs#lead}. Blocks.
     *
     * @param group the number of one of {@link #groups}
     * @param node the address of the next leader, as in {@link #groups}; null for any other node that is up
     * @throws ChannelException if the transfer fails, with the reason
     */
    void lead(int group, @Nullable String node) throws ChannelException {
        EngineAnswers.await(running().lead(group, node));
    }

    /** Returns the semaphore held while channel records are compared, which takes long. */
    Semaphore verifying() {
        return verifying;
    }

    /**
     * Returns, by node, the groups that it should not lead now because its replicas are missing entries, as in {@link GroupLogs#filling}.
     * Blocks.
     *
     * @throws ChannelException if that is unknown, for instance because the nodes do not agree on which replicas there are
     */
    public Map<String, Set<Integer>> filling() throws ChannelException {
        return EngineAnswers.await(running().filling());
    }

    /** Returns the nodes that can report their channels' content; this node first, and alone if it is standalone. */
    List<Auditee> auditees() throws ChannelException {
        return running().auditees();
    }

    /** Returns how many nodes should have a replica of each channel, whether or not they are up. */
    int replicas() throws ChannelException {
        return running().replicas();
    }

    /** Describes, for an operator, why nothing can be appended now; null if appends work. */
    public @Nullable String trouble() {
        Engine in = engine;
        return in == null ? null : in.trouble();
    }

    /**
     * Returns, by channel name, the lag in records of the slowest reader with a cursor on this node; channels without such a reader are
     * left out.
     */
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

    /** Returns the metrics of the channels. */
    public ChannelFigures figures() {
        ChannelFigures.Ends ends = catalog.ends();
        Engine in = engine;
        return in == null ? ChannelFigures.none(ends) : in.figures(ends);
    }

    /** Returns the channel with this name if it is usable. */
    ChannelDefinition known(String name) throws ChannelException {
        ChannelDefinition channel = find(name);
        if (channel == null) {
            throw new ChannelException("There is no channel " + name, null);
        }
        requireMoved(name);
        return channel;
    }

    /** Rejects a channel that is not usable yet. */
    private void requireMoved(String name) throws ChannelException {
        String reason = catalog.whyNot(name);
        if (reason != null) {
            throw new ChannelException(reason, null);
        }
    }

    /** Returns the engine; null if there are no channels. */
    @Nullable
    Engine engine() {
        return engine;
    }

    /** Returns what moves this node's channels from its time as a standalone node; null if there are none. */
    @Nullable
    ChannelMoves moves() {
        return moves;
    }

    /** Returns the names of channels that have yet to be moved, as far as this node knows. */
    SortedSet<String> announced() {
        return catalog.announced();
    }

    Engine running() throws ChannelException {
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

    /** Starts a change and waits for it. The change runs to completion even if the wait times out. */
    <T> T change(Function<Engine, CompletableFuture<T>> change) throws ChannelException {
        closing.readLock().lock();
        try {
            Engine in;
            synchronized (opening) {
                in = opened();
            }
            return EngineAnswers.awaitChange(change.apply(in));
        } finally {
            closing.readLock().unlock();
        }
    }

    /** Completes changes in progress and closes all files. Blocks. */
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
