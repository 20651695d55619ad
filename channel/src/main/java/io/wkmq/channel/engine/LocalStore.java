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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The opened files of a {@link LocalEngine}.
 *
 * @param lock held until all is closed
 * @param tables have all that is in the replicas
 * @param replicas of all groups with channels, by their numbers
 * @param registry of the group behind them
 * @param records of all groups, by their numbers
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
    private static final Logger LOG = LoggerFactory.getLogger(LocalStore.class);

    /**
     * Opens the files, brings them up to what the log says, and begins an empty log.
     *
     * @throws StorageException if there are some of another number of groups, too
     */
    static LocalStore open(Disk disk, Path directory, LocalOptions options, EngineLoop loop, Executor reads)
            throws IOException {
        return open(disk, directory, options, loop, reads, options.groups());
    }

    /** The same of what was made with whichever number of groups. */
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
        Closeable lock = disk.lock(directory);
        boolean done = false;
        try {
            if (!LocalTables.exist(disk, directory)
                    && !new LogFiles(disk, directory, options.segmentBytes())
                            .existing()
                            .isEmpty()) {
                throw new StorageException("The channels in " + directory
                        + " have a log but no table; restore the directory from a backup, or remove the log");
            }
            LocalTables tables = LocalTables.open(disk, directory, options.groups());
            try {
                if (expectedGroups != null) {
                    tables.table().requireGroups(expectedGroups);
                }
                LocalStore opened = open(disk, directory, options, loop, reads, lock, tables);
                done = true;
                return opened;
            } catch (CorruptDataException e) {
                throw new StorageException("The channels in " + directory + " are damaged: " + e.getMessage(), e);
            } finally {
                if (!done) {
                    tables.close();
                }
            }
        } finally {
            if (!done) {
                lock.close();
            }
        }
    }

    private static LocalStore open(
            Disk disk,
            Path directory,
            LocalOptions options,
            EngineLoop loop,
            Executor reads,
            Closeable lock,
            LocalTables tables)
            throws IOException {
        List<RecordStore> records = new ArrayList<>();
        boolean done = false;
        try {
            LocalStore opened = open(disk, directory, options, loop, reads, lock, tables, records);
            done = true;
            return opened;
        } finally {
            if (!done) {
                closeAfterFailure(records);
            }
        }
    }

    private static void closeAfterFailure(List<RecordStore> records) {
        try {
            Closing.all(records.stream().map(store -> (Closeable) store::close).toList());
        } catch (IOException e) {
            LOG.warn("Files with records could not be closed", e);
        }
    }

    private static LocalStore open(
            Disk disk,
            Path directory,
            LocalOptions options,
            EngineLoop loop,
            Executor reads,
            Closeable lock,
            LocalTables tables,
            List<RecordStore> records)
            throws IOException {
        NodeTable table = tables.table();
        List<GroupReplica> replicas = new ArrayList<>();
        for (int group = 0; group < table.groups(); group++) {
            Path of = directory.resolve("g" + group);
            disk.createDirectory(of);
            RecordStore store = new RecordStore(disk, of, options.fileBytesMax(), options.openMax());
            records.add(store);
            replicas.add(new GroupReplica(group, table, store, loop, reads, options.liveMax()));
        }
        RegistryReplica registry = new RegistryReplica(table.groups(), table, false);
        disk.syncDirectory(directory);
        LogFiles files = new LogFiles(disk, directory, options.segmentBytes());
        LogRecord frame = new LogRecord(table.salt());
        LocalReplay replay = new LocalReplay(disk, directory, tables, replicas, records, registry, files);
        long last = replay.run(frame);
        Log log = new Log(frame, files, files.begin(), last);
        return new LocalStore(
                disk,
                directory,
                lock,
                tables,
                List.copyOf(replicas),
                registry,
                List.copyOf(records),
                files,
                log,
                replay.lost());
    }

    /** Has all that is in the replicas. */
    NodeTable table() {
        return tables.table();
    }

    /** The replicas of all groups, by their numbers. */
    List<Replica> all() {
        List<Replica> all = new ArrayList<>(replicas);
        all.add(registry);
        return all;
    }

    /** Closes all files, whatever happens; writes nothing but records that were not synced. */
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
