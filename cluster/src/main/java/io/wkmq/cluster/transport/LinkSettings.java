package io.wkmq.cluster.transport;

import java.time.Duration;

/**
 * Settings of the node links.
 *
 * @param host the address to listen on
 * @param portMin the first port of the range to listen on; 0 for any free port
 * @param portMax the last port of the range
 * @param queueBytes the bytes that may be queued for one node before messages of QoS 0 are dropped and publishers of QoS 1 and 2
 *     are no longer read. At {@value #HARD_FACTOR} times as much, which takes very many publishers or wills, messages of QoS 1 and
 *     2 are refused. Also the bytes of unfinished messages of one other node beyond which this node stops reading from it
 * @param heartbeat the interval at which each side sends a heartbeat; must be the same on all nodes
 */
public record LinkSettings(String host, int portMin, int portMax, long queueBytes, Duration heartbeat) {
    /** How many heartbeats may be missed in a row. */
    public static final int MISSES_MAX = 3;

    static final int HARD_FACTOR = 16;

    private static final Duration CUT_LIMIT_MIN = Duration.ofMillis(500);

    /** Validates the ranges. */
    public LinkSettings {
        if (portMin < 0 || portMin > portMax || portMax > 65_535) {
            throw new IllegalArgumentException(
                    "Ports " + portMin + " to " + portMax + "; expected a range within 0 to 65535");
        }
        if (queueBytes < 1) {
            throw new IllegalArgumentException("A queue of " + queueBytes + " bytes; expected at least 1");
        }
        if (heartbeat.toMillis() < 1) {
            throw new IllegalArgumentException("A heartbeat every " + heartbeat + "; expected at least 1 ms");
        }
    }

    /** Returns the interval at which connections are checked for cuts. */
    Duration lookInterval() {
        return heartbeat.compareTo(Duration.ofMillis(4)) < 0 ? Duration.ofMillis(1) : heartbeat.dividedBy(4);
    }

    /**
     * Returns how long a connection may go without a TCP acknowledgement: two heartbeats, but longer than a healthy kernel may
     * delay one.
     */
    Duration cutLimit() {
        Duration two = heartbeat.multipliedBy(2);
        return two.compareTo(CUT_LIMIT_MIN) < 0 ? CUT_LIMIT_MIN : two;
    }

    long queueBytesHard() {
        return queueBytes * HARD_FACTOR;
    }
}
