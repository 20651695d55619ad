package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.records.RecordStore;
import io.wkmq.channel.storage.Closing;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.Log;
import io.wkmq.channel.storage.LogFiles;
import io.wkmq.channel.storage.LogRecord;
import io.wkmq.channel.storage.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The open files of a {@link LocalEngine}.
 *
 * @param lock held until everything is closed
 * @param tables contain everything that is in the replicas
 * @param replicas of all groups with channels, by group number
 * @param registry of the group after them
 * @param records of all groups, by group number
 * @param files of the log
 * @param log empty
 * @param lost what of an earlier log is lost, for an operator; null if nothing is
 */
record LocalStore(
        Disk disk,
        Path directory,
        Closeable lock,
        LocalTables tables,
        List<GroupReplica> replicas,
        RegistryReplica registry,
        List<RecordStore> records,
        LogFiles files,
        Log log,
        @Nullable String lost) {
    /**
     * Opens the files, replays the log and starts an empty one.
     *
     * @throws StorageException if the files are damaged or have another number of groups
     */
    static LocalStore open(Disk disk, Path directory, LocalOptions options, EngineLoop loop, Executor reads)
            throws IOException {
        return open(disk, directory, options, loop, reads, options.groups());
    }

    /** Opens the files like {@link #open}, whatever their number of groups. */
    static LocalStore openFormer(Disk disk, Path directory, LocalOptions options, EngineLoop loop, Executor reads)
            throws IOException {
        return open(disk, directory, options, loop, reads, null);
    }

    private static LocalStore open(
            Disk disk,
            Path directory,
            LocalOptions options,
            EngineLoop loop,
            Executor reads,
            @Nullable Integer expectedGroups)
            throws IOException {
        disk.createDirectory(directory);
        try (Opening opening = new Opening(disk, directory, options)) {
            return opening.run(loop, reads, expectedGroups);
        }
    }

    /** The parts of a store opened so far; closed if opening fails. Confined to the opening thread. */
    private static final class Opening implements Closeable {
        private final Disk disk;
        private final Path directory;
        private final LocalOptions options;
        private final Closeable lock;
        private @Nullable LocalTables tables;
        private final List<RecordStore> records = new ArrayList<>();
        private boolean done;

        private Opening(Disk disk, Path directory, LocalOptions options) throws IOException {
            this.disk = disk;
            this.directory = directory;
            this.options = options;
            this.lock = disk.lock(directory);
        }

        private LocalStore run(EngineLoop loop, Executor reads, @Nullable Integer expectedGroups) throws IOException {
            LogFiles files = new LogFiles(disk, directory, options.segmentBytes());
            if (!LocalTables.exist(disk, directory) && !files.existing().isEmpty()) {
                throw new StorageException("The channels in " + directory
                        + " have a log but no table; restore the directory from a backup, or remove the log");
            }
            LocalTables opened = LocalTables.open(disk, directory, options.groups());
            tables = opened;
            try {
                if (expectedGroups != null) {
                    opened.table().requireGroups(expectedGroups);
                }
                LocalStore store = replayed(opened, replicas(opened.table(), loop, reads), files);
                done = true;
                return store;
            } catch (CorruptDataException e) {
                throw new StorageException("The channels in " + directory + " are damaged: " + e.getMessage(), e);
            }
        }

        private List<GroupReplica> replicas(NodeTable table, EngineLoop loop, Executor reads) throws IOException {
            List<GroupReplica> replicas = new ArrayList<>();
            for (int group = 0; group < table.groups(); group++) {
                Path of = ReplicaTable.groupDirectory(directory, group);
                disk.createDirectory(of);
                RecordStore store = new RecordStore(disk, of, options.fileBytesMax(), options.openMax());
                records.add(store);
                replicas.add(new GroupReplica(group, table, store, loop, reads, options.liveMax()));
            }
            return List.copyOf(replicas);
        }

        private LocalStore replayed(LocalTables tables, List<GroupReplica> replicas, LogFiles files)
                throws IOException {
            NodeTable table = tables.table();
            RegistryReplica registry = new RegistryReplica(table.groups(), table, false);
            disk.syncDirectory(directory);
            LogRecord frame = new LogRecord(table.salt());
            LocalReplay replay = new LocalReplay(disk, directory, tables, replicas, records, registry, files);
            long last = replay.run(frame);
            Log log = new Log(frame, files, files.begin(), last);
            return new LocalStore(
                    disk, directory, lock, tables, replicas, registry, List.copyOf(records), files, log, replay.lost());
        }

        @Override
        public void close() throws IOException {
            if (done) {
                return;
            }
            List<Closeable> all = new ArrayList<>();
            records.forEach(store -> all.add(store::close));
            if (tables != null) {
                all.add(tables);
            }
            all.add(lock);
            Closing.all(all);
        }
    }

    /** Returns the table, which contains everything that is in the replicas. */
    NodeTable table() {
        return tables.table();
    }

    /** Returns the number of a channel's group. */
    int groupOf(int channel) {
        return channel % replicas.size();
    }

    /** Returns the replicas of all groups, by group number. */
    List<Replica> all() {
        List<Replica> all = new ArrayList<>(replicas);
        all.add(registry);
        return all;
    }

    /** Closes all files, even if some fail; writes nothing except records that were not synced. */
    void close() throws IOException {
        List<Closeable> all = new ArrayList<>();
        all.add(log::close);
        all.add(files::close);
        records.forEach(store -> all.add(store::close));
        all.add(tables);
        all.add(lock);
        Closing.all(all);
    }
}
