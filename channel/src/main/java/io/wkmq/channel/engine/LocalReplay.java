package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.GroupRows;
import io.wkmq.channel.records.RecordStore;
import io.wkmq.channel.storage.Aside;
import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.LogFiles;
import io.wkmq.channel.storage.LogReader;
import io.wkmq.channel.storage.LogRecord;
import io.wkmq.channel.storage.LogSegment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays the log of a standalone node into its replicas at startup, and saves them to disk. A log that is damaged in the middle counts up
 * to the damage, because later entries would get different indexes. It is put aside, and later records found in the channels' files are
 * recovered, since records are written there before they are acknowledged. Used once, by one thread.
 *
 * @param replicas of all groups with channels, by group number
 * @param records of these
 * @param registry of the group after them
 * @param files of the log
 */
record LocalReplay(
        Disk disk,
        Path directory,
        LocalTables tables,
        List<GroupReplica> replicas,
        List<RecordStore> records,
        RegistryReplica registry,
        LogFiles files) {
    private static final Logger LOG = LoggerFactory.getLogger(LocalReplay.class);

    /** Suffix of log files that were put aside. */
    private static final String DAMAGED = ".damaged";

    /**
     * Replays the log.
     *
     * @return the number of the last record that counts
     */
    long run(LogRecord frame) throws IOException {
        long folded = tables.table().folded();
        LogReader look = new LogReader(frame, disk, files.existing(), folded);
        look.read(record -> {});
        records.forEach(store -> store.keepBehind(look.damaged())); // rewritten records are identical
        LogReader log = new LogReader(frame, disk, files.existing(), folded);
        List<Replica> all = all();
        try {
            log.read(record -> replay(record, all));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (log.damaged()) {
            registry.beyond(highest());
            LOG.error(
                    "The log of the channels is damaged: its records from {} on, of which {} and maybe others can be read, do not count,"
                            + " and {} messages that they brought were found in the files of channels directory={}",
                    log.last() + 1,
                    log.beyond(),
                    takeFound(),
                    directory);
        }
        if (log.last() > folded || log.damaged()) {
            save(all, log.last());
            LOG.info("Replayed the channel log directory={} lastRecord={}", directory, log.last());
        }
        if (log.damaged()) {
            putAsideUnknown(); // once the registry's next number is in the tables: else a number could be reused
            putAside();
        }
        return log.last();
    }

    private List<Replica> all() {
        List<Replica> all = new ArrayList<>(replicas);
        all.add(registry);
        return all;
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

    private long takeFound() throws IOException {
        long found = 0;
        for (int group = 0; group < replicas.size(); group++) {
            GroupReplica replica = replicas.get(group);
            RecordStore store = records.get(group);
            store.sync();
            store.keepBehind(false);
            for (int channel : store.channels()) {
                found += replica.takeFound(channel);
                replica.settle();
            }
        }
        return found;
    }

    /** Returns the highest channel number that has files; 0 if there are none. */
    private int highest() {
        return records.stream()
                .flatMap(store -> store.channels().stream())
                .mapToInt(channel -> channel)
                .max()
                .orElse(0);
    }

    /** Puts aside files of channels declared in the lost part of the log: nothing is known about their content. */
    private void putAsideUnknown() throws IOException {
        for (int group = 0; group < replicas.size(); group++) {
            RecordStore store = records.get(group);
            for (int channel : store.channels()) {
                if (replicas.get(group).knows(channel)) {
                    continue;
                }
                RecordStore.PutAside aside = store.putAside(channel);
                LOG.error(
                        "A channel was declared in the part of the log that is damaged, its messages are put aside channel={}"
                                + " messages={} files={}",
                        channel,
                        aside.records(),
                        aside.files());
            }
            store.sync();
        }
    }

    private void save(List<Replica> all, long last) throws IOException {
        List<GroupRows> rows = new ArrayList<>();
        for (Replica replica : all) {
            rows.add(replica.checkpoint());
            replica.sync();
        }
        tables.write(rows, last);
        all.forEach(Replica::saved);
    }

    /**
     * Puts the log files aside. Call once everything that counts is in the tables. Files left by a crash meanwhile are put aside at the
     * next start.
     */
    private void putAside() throws IOException {
        for (Path file : files.existing()) {
            disk.rename(file, Aside.free(disk, file.resolveSibling(file.getFileName() + DAMAGED)));
        }
        disk.syncDirectory(directory);
    }

    /** Returns, for an operator, what may be lost with a log that was put aside; null if none was. */
    @Nullable
    String lost() throws IOException {
        for (Path file : disk.list(directory)) {
            if (isLogPutAside(file)) {
                return "The log of the channels was damaged and put aside. Some of the last messages before that may be lost, and so may"
                        + " channels that were declared then; some that were removed may be there again: see " + file
                        + " and the node's log; remove the file when that is settled, and start the node again";
            }
        }
        return null;
    }

    private static boolean isLogPutAside(Path file) {
        String name = String.valueOf(file.getFileName());
        int end = name.indexOf(DAMAGED);
        return end > 0 && LogSegment.number(file.resolveSibling(name.substring(0, end))) > 0;
    }
}
