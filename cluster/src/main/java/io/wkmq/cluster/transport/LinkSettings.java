package io.wkmq.cluster.transport;

import java.time.Duration;

/**
 * How node links work.
 *
 * @param host the address on which other nodes' links are taken
 * @param portMin the first port that may be taken; 0 for any that is free
 * @param portMax the last one
 * @param queueBytes how much may wait for one node before messages of QoS 0 are dropped and the publishers of the others are
 *     not read; at {@value #HARD_FACTOR} times as much, of very many publishers or of wills, those of QoS 1 and 2 are refused. Also how
 *     much a node takes of another one before the first of it is worked off
 * @param heartbeat how often each side says that it is there; the same on all nodes
 */
public record LinkSettings(String host, int portMin, int portMax, long queueBytes, Duration heartbeat) {
    /** How many heartbeats may be missed. */
    public static final int MISSES_MAX = 3;

    static final int HARD_FACTOR = 16;

    private static final Duration CUT_LIMIT_MIN = Duration.ofMillis(500);

    /** Checks the ranges. */
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

    /** How often the lines are looked at. */
    Duration lookInterval() {
        return heartbeat.compareTo(Duration.ofMillis(4)) < 0 ? Duration.ofMillis(1) : heartbeat.dividedBy(4);
    }

    /** How long nothing may be acknowledged on a line: two heartbeats, and more than systems take their time for. */
    Duration cutLimit() {
        Duration two = heartbeat.multipliedBy(2);
        return two.compareTo(CUT_LIMIT_MIN) < 0 ? CUT_LIMIT_MIN : two;
    }

    long queueBytesHard() {
        return queueBytes * HARD_FACTOR;
    }
}
