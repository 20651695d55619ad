package io.wkmq.benchmarks.load;

/**
 * The topics of retained messages, one for each.
 *
 * @param run marks them as of this run
 * @param publishers how many publish them; each has its own
 * @param count how many there are
 */
record RetainedTopics(int run, int publishers, long count) {
    /** How many messages the publisher stores. */
    long share(int publisher) {
        return count / publishers + (publisher < count % publishers ? 1 : 0);
    }

    String topic(int publisher, long message) {
        return "wkbench/" + base() + "/" + publisher + "/retained/" + message;
    }

    /** The topic of any of them, by its number among all. */
    String topic(long number) {
        return topic((int) (number % publishers), number / publishers);
    }

    /** The filter that matches all of them and no other. */
    String filter() {
        return "wkbench/" + base() + "/+/retained/#";
    }

    private String base() {
        return Integer.toHexString(run & 0xFFFF);
    }
}
