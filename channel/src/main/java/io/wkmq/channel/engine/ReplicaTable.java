package io.wkmq.channel.engine;

import io.wkmq.channel.mvstore.DamagedTableException;
import io.wkmq.channel.mvstore.NodeTable;
import io.wkmq.channel.mvstore.TableFiles;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the table of a node with replicated channels. A damaged or lost table is begun anew: the groups' logs are elsewhere on this disk
 * and each says where it starts, so a replica finds out that it is missing what came before and fetches it from another node; terms and
 * votes are not in the table. Stateless.
 */
final class ReplicaTable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaTable.class);

    private static final String GROUP_PREFIX = "g";

    private ReplicaTable() {}

    /** Returns the directory with the records of a group. */
    static Path groupDirectory(Path directory, int group) {
        return directory.resolve(GROUP_PREFIX + group);
    }

    /**
     * Opens the table, or creates it if there never was one.
     *
     * @param groups the number of groups; refused if the table is damaged or lost and the directories show another number
     */
    static NodeTable open(Disk disk, Path directory, int groups) throws IOException {
        TableFiles files = new TableFiles(disk, directory);
        int used = used(disk, directory);
        try {
            if (files.exists(TableFiles.TABLE) || used == 0) {
                return files.open(TableFiles.TABLE, groups);
            }
            requireGroups(directory, groups, used);
            LOG.error(
                    "The table of channels is not there. It is begun anew, what it had is fetched from other nodes"
                            + " directory={}",
                    directory);
        } catch (DamagedTableException e) {
            requireGroups(directory, groups, used);
            Path aside = files.putAside(TableFiles.TABLE);
            LOG.error(
                    "The table of channels is damaged. It was put aside and is begun anew, what it had is fetched from"
                            + " other nodes putAside={}",
                    aside,
                    e);
        }
        return files.createAnew(TableFiles.TABLE, groups);
    }

    /** Prevents a new table from recording another number of groups: it determines the group of each channel. */
    private static void requireGroups(Path directory, int groups, int used) throws StorageException {
        if (used > 0 && used != groups) {
            throw new StorageException(
                    "The table of channels in " + directory + " is damaged or lost, there are directories of " + used
                            + " groups, and cluster.channels.groups is " + groups + "; expected " + used);
        }
    }

    /** Returns a lower bound on the number of groups with channels, from their directories; the registry has none. */
    private static int used(Disk disk, Path directory) throws IOException {
        int used = 0;
        for (Path file : disk.list(directory)) {
            String name = String.valueOf(file.getFileName());
            if (name.matches(GROUP_PREFIX + "\\d{1,4}")) {
                used = Math.max(used, Integer.parseInt(name.substring(GROUP_PREFIX.length())) + 1);
            }
        }
        return used;
    }
}
