package io.wkmq.channel.engine;

import io.wkmq.channel.records.RecordStore;

/**
 * What a {@link ReplicaStore} may take.
 *
 * @param groups how many groups there are; what was made with another number is refused
 * @param fileBytesMax when a channel gets another file for its records
 * @param openMax how many files with records are kept open in each group
 * @param liveMax how many idle channels of a group are kept in memory
 */
public record ReplicaOptions(int groups, int fileBytesMax, int openMax, int liveMax) {
    /** Checks the ranges. */
    public ReplicaOptions {
        if (groups < 1 || groups > 1024 || fileBytesMax < 1 || openMax < 1 || liveMax < 1) {
            throw new IllegalArgumentException("There are " + groups + " groups, " + openMax + " open files and "
                    + liveMax + " live channels with files of " + fileBytesMax
                    + " bytes; expected at least 1 of each and at most 1024 groups");
        }
    }

    /** The defaults for so many groups. */
    public static ReplicaOptions defaults(int groups) {
        return new ReplicaOptions(groups, RecordStore.FILE_BYTES_MAX, 256, 1024);
    }
}
