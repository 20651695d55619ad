package io.wkmq.benchmarks.load;

/**
 * Many filters with wildcards, in a third of them each kind, dealt out to sessions in a row; each matches one topic of six
 * levels.
 *
 * @param run marks them as of this run
 * @param count how many filters
 * @param sessions how many sessions share them
 * @param samples how many of them are tried
 */
record FilterSet(int run, long count, int sessions, long samples) {
    private static final int PER_GROUP = 100;

    /** The number of the session's first filter; the one after the session's last is that of the next. */
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

    /** The topic that the filter matches and no other does. */
    String topic(long number) {
        return base(number) + "/device/" + number + "/value";
    }

    private String base(long number) {
        return "wkbench/" + Integer.toHexString(run & 0xFFFF) + "/" + number / PER_GROUP;
    }

    /** The filter that the message of that number tries; they are spread over all. */
    long sampled(long message) {
        return message * count / samples;
    }
}
