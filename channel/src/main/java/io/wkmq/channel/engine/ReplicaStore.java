package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.records.RecordStore;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a node's replicas, for groups whose logs are kept elsewhere. Thread-safe; what is in a replica belongs to the loop of its
 * group.
 */
public final class ReplicaStore implements LogFollowers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaStore.class);

    private final Disk disk;
    private final Path directory;
    private final ReplicaOptions options;
    private final Closeable lock;
    private final NodeTable table;
    private final Executor reads;
    private final Map<Integer, GroupReplica> replicas = new ConcurrentHashMap<>();
    private final RegistryReplica registry;
    private volatile @Nullable EngineLoop registryLoop;

    private ReplicaStore(
            Disk disk, Path directory, ReplicaOptions options, Closeable lock, NodeTable table, Executor reads)
            throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.options = options;
        this.lock = lock;
        this.table = table;
        this.reads = reads;
        this.registry = new RegistryReplica(table.groups(), table, true);
    }

    /**
     * Opens the files in a directory, which is made if it is not there.
     *
     * @param reads for readers, which block
     * @throws io.wkmq.channel.storage.StorageException if another process uses the directory, or what is there is damaged
     */
    public static ReplicaStore open(Disk disk, Path directory, ReplicaOptions options, Executor reads)
            throws IOException {
        disk.createDirectory(directory);
        Closeable lock = disk.lock(directory);
        boolean done = false;
        try {
            NodeTable table = NodeTable.open(disk, directory, options.groups());
            try {
                ReplicaStore opened = new ReplicaStore(disk, directory, options, lock, table, reads);
                done = true;
                return opened;
            } catch (CorruptDataException e) {
                throw new StorageException("The channels in " + directory + " are damaged: " + e.getMessage(), e);
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

    /** How many groups with channels there are: that never changes. The registry is a group behind them. */
    public int groups() {
        return table.groups();
    }

    @Override
    public LogFollower follow(int group, EngineLoop loop) throws IOException {
        if (group < 0 || group > groups()) {
            throw new IOException("Group " + group + " is unknown; expected 0 to " + groups());
        }
        if (group == groups()) {
            registryLoop = loop;
            return FollowingReplica.begin(registry, table, ReplicaStore::missing);
        }
        Path of = directory.resolve("g" + group);
        disk.createDirectory(of);
        disk.syncDirectory(directory);
        RecordStore records = new RecordStore(disk, of, options.fileBytesMax(), options.openMax());
        GroupReplica replica = new GroupReplica(group, table, records, loop, reads, options.liveMax());
        if (replicas.putIfAbsent(group, replica) != null) {
            throw new IllegalStateException("Group " + group + " is followed already");
        }
        return FollowingReplica.begin(replica, table, ReplicaStore::missing);
    }

    private static void missing(FollowingReplica replica, Set<Integer> begun) {
        LOG.warn(
                "The replica of a group misses entries of its log, which begins behind them group={} entry={}",
                replica.group(),
                replica.missing());
    }

    /** The replica of a group, for readers; null if its log has not begun on this node yet. */
    public @Nullable GroupReplica replica(int group) {
        return replicas.get(group);
    }

    /** The replica of the registry. Belongs to its loop once there is one. */
    RegistryReplica registry() {
        return registry;
    }

    /** The loop of the registry; null if its log has not begun on this node yet. */
    @Nullable
    EngineLoop registryLoop() {
        return registryLoop;
    }

    NodeTable table() {
        return table;
    }

    /** Closes all files. When the loops of the groups have ended. Nothing is synced: the logs have what is not. */
    @Override
    public void close() throws IOException {
        try (lock;
                table) {
            for (GroupReplica replica : replicas.values()) {
                replica.records().close();
            }
        }
    }
}
