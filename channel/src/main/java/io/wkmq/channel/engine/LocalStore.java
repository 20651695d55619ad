package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.GroupRows;
import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.records.RecordStore;
import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.Closing;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.Log;
import io.wkmq.channel.storage.LogFiles;
import io.wkmq.channel.storage.LogReader;
import io.wkmq.channel.storage.LogRecord;
import io.wkmq.channel.storage.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
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
 * @param table has all that is in the replicas
 * @param replicas of all groups with channels, by their numbers
 * @param registry of the group behind them
 * @param records of all groups, by their numbers
 * @param files of the log
 * @param log empty
 */
record LocalStore(
        Disk disk,
        Path directory,
        Closeable lock,
        NodeTable table,
        List<GroupReplica> replicas,
        RegistryReplica registry,
        List<RecordStore> records,
        LogFiles files,
        Log log) {
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
            if (!NodeTable.exists(disk, directory)
                    && !new LogFiles(disk, directory, options.segmentBytes())
                            .existing()
                            .isEmpty()) {
                throw new StorageException("The channels in " + directory
                        + " have a log but no table; restore the directory from a backup, or remove the log");
            }
            NodeTable table = NodeTable.open(disk, directory, options.groups());
            try {
                if (expectedGroups != null) {
                    table.requireGroups(expectedGroups);
                }
                LocalStore opened = open(disk, directory, options, loop, reads, lock, table);
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

    private static LocalStore open(
            Disk disk,
            Path directory,
            LocalOptions options,
            EngineLoop loop,
            Executor reads,
            Closeable lock,
            NodeTable table)
            throws IOException {
        List<RecordStore> records = new ArrayList<>();
        boolean done = false;
        try {
            LocalStore opened = open(disk, directory, options, loop, reads, lock, table, records);
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
            NodeTable table,
            List<RecordStore> records)
            throws IOException {
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
        long last = replay(
                directory,
                table,
                all(replicas, registry),
                new LogReader(frame, disk, files.existing(), table.folded()));
        Log log = new Log(frame, files, files.begin(), last);
        return new LocalStore(
                disk, directory, lock, table, List.copyOf(replicas), registry, List.copyOf(records), files, log);
    }

    /** The replicas of all groups, by their numbers. */
    List<Replica> all() {
        return all(replicas, registry);
    }

    private static List<Replica> all(List<GroupReplica> replicas, RegistryReplica registry) {
        List<Replica> all = new ArrayList<>(replicas);
        all.add(registry);
        return all;
    }

    /** Brings what the log has into the replicas, and to disk; returns the number of its last record. */
    private static long replay(Path directory, NodeTable table, List<Replica> replicas, LogReader log)
            throws IOException {
        try {
            log.read(record -> replay(record, replicas));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (log.damaged()) {
            throw new StorageException("The log of the channels in " + directory + " is damaged behind record "
                    + log.last() + ", but record " + log.beyond()
                    + " can be read: what is between was acknowledged. Restore the directory from a backup");
        }
        if (log.last() > table.folded()) {
            List<GroupRows> rows = new ArrayList<>();
            for (Replica replica : replicas) {
                rows.add(replica.checkpoint());
                replica.sync();
            }
            table.write(rows, log.last());
            replicas.forEach(Replica::saved);
            LOG.info("Channels were brought up to their log directory={} lastRecord={}", directory, log.last());
        }
        return log.last();
    }

    private static void replay(ByteReader record, List<Replica> replicas) {
        try {
            int count = record.number(Integer.MAX_VALUE);
            for (int i = 0; i < count; i++) {
                LogEntry entry = LogEntry.read(record);
                if (entry.group() >= replicas.size()) {
                    throw new CorruptDataException("The log has an entry of group " + entry.group() + "; expected 0 to "
                            + (replicas.size() - 1));
                }
                entry.applyTo(replicas.get(entry.group()));
            }
            for (Replica replica : replicas) {
                replica.settle();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes all files, whatever happens; writes nothing but records that were not synced. */
    void close() throws IOException {
        List<Closeable> all = new ArrayList<>();
        all.add(log::close);
        all.add(files::close);
        records.forEach(store -> all.add(store::close));
        all.add(table::close);
        all.add(lock);
        Closing.all(all);
    }
}
