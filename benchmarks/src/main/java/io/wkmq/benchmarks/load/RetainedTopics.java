package io.wkmq.benchmarks.load;

/**
 * The topics of retained messages, one each.
 *
 * @param run the number that marks them as belonging to this run
 * @param publishers the number of publishers; each has its own topics
 * @param count the total number of messages
 */
record RetainedTopics(int run, int publishers, long count) {
    /** Returns how many messages the publisher stores. */
    long share(int publisher) {
        return count / publishers + (publisher < count % publishers ? 1 : 0);
    }

    String topic(int publisher, long message) {
        return "wkbench/" + base() + "/" + publisher + "/retained/" + message;
    }

    /** Returns the topic of a message, by its number among all messages. */
    String topic(long number) {
        return topic((int) (number % publishers), number / publishers);
    }

    /** Returns the filter that matches exactly these topics. */
    String filter() {
        return "wkbench/" + base() + "/+/retained/#";
    }

    private String base() {
        return Integer.toHexString(run & 0xFFFF);
    }
}
