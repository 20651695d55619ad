package io.wkmq.benchmarks.load;

/**
 * Many wildcard filters, of three kinds in equal parts, assigned to sessions in contiguous ranges; each matches one topic of six levels.
 *
 * @param run the number that marks them as belonging to this run
 * @param count the number of filters
 * @param sessions the number of sessions that share them
 * @param samples how many of them are tried with a message
 */
record FilterSet(int run, long count, int sessions, long samples) {
    private static final int PER_GROUP = 100;

    /** Returns the number of the session's first filter; its last filter is the one before the next session's first. */
    long first(int session) {
        return count * session / sessions;
    }

    String filter(long number) {
        return base(number)
                + switch ((int) (number % 3)) {
                    case 0 -> "/+/" + number + "/value";
                    case 1 -> "/device/" + number + "/+";
                    default -> "/device/" + number + "/#";
                };
    }

    /** Returns the topic that this filter matches and no other does. */
    String topic(long number) {
        return base(number) + "/device/" + number + "/value";
    }

    private String base(long number) {
        return "wkbench/" + Integer.toHexString(run & 0xFFFF) + "/" + number / PER_GROUP;
    }

    /** Returns the number of the filter tried by a message; the samples are spread evenly over all filters. */
    long sampled(long message) {
        return message * count / samples;
    }
}
