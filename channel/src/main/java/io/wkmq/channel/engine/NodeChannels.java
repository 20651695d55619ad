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
 * The channels of a node, by name and by topic: its engine, for as long as it has one, and what clients and operators ask of it. Thread-safe.
 * {@link #capturing}, {@link #find} and {@link #read} do not block. A node without channels has no engine.
 */
public final class NodeChannels implements Channels, AutoCloseable {
    /** How many may have records of channels compared at a time. */
    static final int VERIFYING_MAX = 2;

    private final Opener opener;
    private final ChannelCatalog catalog = new ChannelCatalog(Timing.SYSTEM);
    private final Semaphore verifying = new Semaphore(VERIFYING_MAX);
    private final ChannelChanges changes;
    private final ChannelContents contents = new ChannelContents(this);

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
        this.changes = new ChannelChanges(this, catalog, clock);
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

    /** Brings the groups to what the registry says: the node may have ended in between. Nothing was appended yet. */
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

    /** What administrators change of which channels there are. */
    public ChannelChanges changes() {
        return changes;
    }

    /** What channels have, for administrators. */
    public ChannelContents contents() {
        return contents;
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
     * What this node knows of the logs that it keeps together with others; nothing if it keeps its own. Blocks.
     *
     * @throws ChannelException if that cannot be said
     */
    public List<GroupStatus> groups() throws ChannelException {
        Engine in = engine;
        return in == null ? List.of() : EngineAnswers.await(in.groups());
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
        EngineAnswers.await(running().lead(group, node));
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
        return EngineAnswers.await(running().filling());
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
        ChannelFigures.Ends ends = catalog.ends();
        Engine in = engine;
        return in == null ? ChannelFigures.none(ends) : in.figures(ends);
    }

    /** The channel of that name, which can be used. */
    ChannelDefinition known(String name) throws ChannelException {
        ChannelDefinition channel = find(name);
        if (channel == null) {
            throw new ChannelException("There is no channel " + name, null);
        }
        requireMoved(name);
        return channel;
    }

    /** Refuses a channel that nobody can use yet. */
    private void requireMoved(String name) throws ChannelException {
        String reason = catalog.whyNot(name);
        if (reason != null) {
            throw new ChannelException(reason, null);
        }
    }

    /** What keeps the channels; null if there are none. */
    @Nullable
    Engine engine() {
        return engine;
    }

    /** What moves the channels that this node has kept alone; null if there are none. */
    @Nullable
    ChannelMoves moves() {
        return moves;
    }

    /** The names of channels that are still to be moved, as far as this node knows. */
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

    /** Begins a change, and waits for it. It is done to its end also if that takes too long. */
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
