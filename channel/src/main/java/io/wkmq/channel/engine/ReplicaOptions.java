package io.wkmq.channel.engine;

import io.wkmq.channel.records.RecordStore;

/**
 * The options of a {@link ReplicaStore}.
 *
 * @param groups the number of groups; a directory created with another number is refused
 * @param fileBytesMax the size of a channel's record file above which another one is started
 * @param openMax how many record files are kept open per group
 * @param liveMax how many idle channels of a group are kept in memory
 */
public record ReplicaOptions(int groups, int fileBytesMax, int openMax, int liveMax) {
    /** Validates the ranges. */
    public ReplicaOptions {
        if (groups < 1 || groups > 1024 || fileBytesMax < 1 || openMax < 1 || liveMax < 1) {
            throw new IllegalArgumentException("There are " + groups + " groups, " + openMax + " open files and "
                    + liveMax + " live channels with files of " + fileBytesMax
                    + " bytes; expected at least 1 of each and at most 1024 groups");
        }
    }

    /** Returns the defaults for this many groups. */
    public static ReplicaOptions defaults(int groups) {
        return new ReplicaOptions(groups, RecordStore.FILE_BYTES_MAX, 256, 1024);
    }
}
