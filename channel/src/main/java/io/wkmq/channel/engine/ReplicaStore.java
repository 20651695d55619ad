package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.records.RecordStore;
import io.wkmq.channel.storage.Closing;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.StorageException;
import io.wkmq.routing.NodeId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a node's replicas, for groups whose logs are kept elsewhere. Thread-safe; the content of a replica is owned by the loop of
 * its group.
 */
public final class ReplicaStore implements LogFollowers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaStore.class);

    private final Disk disk;
    private final Path directory;
    private final ReplicaOptions options;
    private final Closeable lock;
    private final NodeTable table;

    /** True until {@link #settled}, if the table was begun anew. */
    private volatile boolean recovering;

    private final ReplicaThreads threads;
    private final FillLimits limits;
    private final RecentEntries.Budget recent;
    private final Donor donor;
    private final ScrubCounts counts = new ScrubCounts();
    private final Repairs repairs;
    private final Map<Integer, GroupReplica> replicas = new ConcurrentHashMap<>();
    private final Map<Integer, Donor.Source> sources = new ConcurrentHashMap<>();
    private final Set<FollowingReplica> filling = ConcurrentHashMap.newKeySet();
    private final RegistryReplica registry;
    private volatile @Nullable Donors donors;
    private volatile @Nullable EngineLoop registryLoop;

    /** Whether the replicas here are a learner's copies. */
    private volatile boolean copies;

    /** What learners need to know of this node; null while it provides no entries. */
    private volatile EntryFeed.@Nullable Source fed;

    private ReplicaStore(
            Disk disk,
            Path directory,
            ReplicaOptions options,
            Closeable lock,
            NodeTable table,
            ReplicaThreads threads,
            LongSupplier ids,
            FillLimits limits)
            throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.options = options;
        this.lock = lock;
        this.table = table;
        this.recovering = table.begunAnew();
        this.threads = threads;
        this.donor = new Donor(sources::get, table, threads.gives(), threads.timer(), ids, limits, () -> copies);
        this.limits = limits;
        this.recent = RecentEntries.Budget.ofThisProcess(table.groups() + 1);
        this.repairs = new Repairs(
                channel -> replicas.get(groupOf(channel)), () -> donors, threads.scrubs(), threads.timer(), counts);
        this.registry = new RegistryReplica(table.groups(), table, true);
    }

    /**
     * Opens the files in a directory, creating it if necessary. A damaged or lost table is begun anew, see {@link #begunAnew}.
     *
     * @throws io.wkmq.channel.storage.StorageException if the directory is used by another process, was used by a later version, or has
     *     another number of groups
     */
    public static ReplicaStore open(Disk disk, Path directory, ReplicaOptions options, ReplicaThreads threads)
            throws IOException {
        return open(
                disk,
                directory,
                options,
                threads,
                () -> ThreadLocalRandom.current().nextLong(),
                FillLimits.DEFAULTS);
    }

    /** Opens the files with other random ids for offers to other nodes, and other limits. */
    static ReplicaStore open(
            Disk disk,
            Path directory,
            ReplicaOptions options,
            ReplicaThreads threads,
            LongSupplier ids,
            FillLimits limits)
            throws IOException {
        disk.createDirectory(directory);
        Closeable lock = disk.lock(directory);
        boolean done = false;
        try {
            NodeTable table = ReplicaTable.open(disk, directory, options.groups());
            try {
                table.requireGroups(options.groups());
                ReplicaStore opened = new ReplicaStore(disk, directory, options, lock, table, threads, ids, limits);
                done = true;
                return opened;
            } catch (CorruptDataException e) {
                throw new StorageException(
                        "The channels in " + directory + " are damaged, or of a later version: " + e.getMessage(), e);
            } finally {
                if (!done) {
                    table.close();
                }
            }
        } finally {
            if (!done) {
                lock.close();
            }
        }
    }

    /** Returns the number of groups with channels, which never changes. The registry is the group after them. */
    public int groups() {
        return table.groups();
    }

    /** Returns the number of a channel's group. */
    int groupOf(int channel) {
        return channel % groups();
    }

    @Override
    public int logs() {
        return groups() + 1;
    }

    @Override
    public LogFollower follow(int group, EngineLoop loop) throws IOException {
        if (group < 0 || group > groups()) {
            throw new IOException("Group " + group + " is unknown; expected 0 to " + groups());
        }
        if (group == groups()) {
            registryLoop = loop;
            FollowingReplica follower = FollowingReplica.begin(
                    registry,
                    table,
                    limits,
                    loop,
                    threads.writes(),
                    (replica, begun, refetch) -> missing(replica, null, loop, begun, refetch));
            return fed(follower, null, loop);
        }
        Path of = ReplicaTable.groupDirectory(directory, group);
        disk.createDirectory(of);
        disk.syncDirectory(directory);
        RecordStore records = new RecordStore(disk, of, options.fileBytesMax(), options.openMax());
        GroupReplica replica = new GroupReplica(group, table, records, loop, threads.reads(), options.liveMax());
        replica.tell(repairs);
        if (replicas.putIfAbsent(group, replica) != null) {
            throw new IllegalStateException("Group " + group + " is followed already");
        }
        FollowingReplica follower = FollowingReplica.begin(
                replica,
                table,
                limits,
                loop,
                threads.writes(),
                (missing, begun, refetch) -> missing(missing, records, loop, begun, refetch));
        return fed(follower, replica, loop);
    }

    private LogFollower fed(FollowingReplica follower, @Nullable GroupReplica channels, EngineLoop loop) {
        EntryFeed feed =
                new EntryFeed(follower, loop, new OwnNode(), new RecentEntries(recent), limits.partBytesMax() / 2);
        sources.put(follower.group(), new Donor.Source(follower, channels, loop, feed));
        return feed;
    }

    private final class OwnNode implements EntryFeed.Source {
        @Override
        public @Nullable UUID replica() {
            EntryFeed.Source of = fed;
            return of == null ? null : of.replica();
        }

        @Override
        public boolean led(int group) {
            EntryFeed.Source of = fed;
            return of != null && of.led(group);
        }
    }

    /** Sets whether the replicas here are a learner's copies, which are offered to no other node. */
    void copies(boolean are) {
        copies = are;
    }

    /** Returns whether the replicas here are a learner's copies. */
    boolean copies() {
        return copies;
    }

    /** Returns whether the table has, or is to fetch, any channel data. */
    boolean hasRows() throws IOException {
        for (int group = 0; group <= groups(); group++) {
            if (table.group(group) != null || table.wanted(group) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Starts providing applied entries to learners that ask. */
    void feed(EntryFeed.Source of) {
        fed = of;
    }

    /** Fetches what a replica is missing. On its loop. */
    private void missing(
            FollowingReplica replica,
            @Nullable RecordStore records,
            EngineLoop loop,
            Set<Integer> begun,
            @Nullable Refetch refetch) {
        filling.add(replica);
        FillTarget target = new FillTarget(
                replica.group(), table, records, begun, refetch == null ? null : (Integer) refetch.channel());
        new Fill(replica, target, loop, () -> donors(refetch), threads.writes(), threads.timer()).begin();
    }

    private @Nullable Donors donors(@Nullable Refetch refetch) {
        Donors all = donors;
        return all == null || refetch == null ? all : refetch.from(all);
    }

    /** Sets the nodes from which replicas fetch what they are missing: until then they wait. */
    public void fetchFrom(Donors others) {
        donors = others;
    }

    /** Answers another node's question sent through its {@link Donors}. Does not block. */
    public CompletionStage<byte[]> answer(byte[] question) {
        return donor.answer(question);
    }

    /**
     * Fetches a channel anew from other nodes, because they have different content. Completes once fetching has started; fails if the group
     * is already fetching missing entries.
     *
     * @param donors the nodes with the correct content: waits until one of them is up, unless this node restarts meanwhile
     */
    CompletionStage<Void> refill(int channel, Set<NodeId> donors) {
        int group = groupOf(channel);
        Donor.Source source = sources.get(group);
        if (source == null) {
            return CompletableFuture.failedFuture(new IOException("Group " + group + " has not begun on this node"));
        }
        Refetch refetch = new Refetch(channel, donors);
        return source.loop().ask(begun -> refill(source.follower(), refetch, begun));
    }

    /** On the replica's loop. */
    private static void refill(FollowingReplica follower, Refetch refetch, CompletableFuture<Void> begun) {
        try {
            if (follower.refill(refetch)) {
                LOG.warn(
                        "A channel is fetched anew, other nodes have something else of it channel={} donors={}",
                        refetch.channel(),
                        refetch.donors());
                begun.complete(null);
            } else {
                begun.completeExceptionally(new ReplicaBehindException(follower.group()));
            }
        } catch (IOException | RuntimeException e) { // the replica is given up, as its log hears with the next entry
            LOG.error("Cannot fetch a channel again channel={}", refetch.channel(), e);
            begun.completeExceptionally(e);
        }
    }

    /** Returns the groups whose replicas are fetching missing entries. */
    public List<Integer> filling() {
        filling.removeIf(FollowingReplica::whole);
        return filling.stream().map(FollowingReplica::group).sorted().toList();
    }

    /**
     * Returns whether the table was damaged or lost and is not completely restored: until then this node's data does not tell which
     * channels there are.
     */
    boolean begunAnew() {
        return table.begunAnew();
    }

    @Override
    public boolean recovering() {
        return recovering;
    }

    /** Reports that all replicas have everything acknowledged before. Blocks. */
    void settled() throws IOException {
        recovering = false;
        if (table.begunAnew()) {
            table.settled();
            LOG.info("Rebuilt the lost part of the channel table directory={}", directory);
        }
    }

    /** Returns the replica of a group, for readers; null if its log has not started on this node yet. */
    public @Nullable GroupReplica replica(int group) {
        return replicas.get(group);
    }

    /**
     * Returns the replica of a group.
     *
     * @throws IllegalStateException if its log has not started on this node
     */
    GroupReplica begun(int group) {
        GroupReplica replica = replica(group);
        if (replica == null) {
            throw new IllegalStateException("Group " + group + " has not begun");
        }
        return replica;
    }

    /** Returns the replica of the registry, owned by its loop once there is one. */
    RegistryReplica registry() {
        return registry;
    }

    /** Returns the loop of the registry; null if its log has not started on this node yet. */
    @Nullable
    EngineLoop registryLoop() {
        return registryLoop;
    }

    NodeTable table() {
        return table;
    }

    /** Returns the damaged records that are being fetched from other nodes. */
    Damages damages() {
        return repairs;
    }

    /** Returns what a scrub needs. */
    ScrubPass.Parts scrubbed() {
        return new ScrubPass.Parts(
                table.groups(), replicas::get, table, repairs, threads.scrubs(), threads.timer(), counts);
    }

    /** Closes all files, even if some fail. Call once the loops of the groups have ended. What was not flushed is in the logs. */
    @Override
    public void close() throws IOException {
        List<Closeable> all = new ArrayList<>();
        replicas.values().forEach(replica -> all.add(replica.records()::close));
        all.add(table::close);
        all.add(lock);
        Closing.all(all);
    }
}
