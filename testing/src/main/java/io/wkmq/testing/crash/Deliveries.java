package io.wkmq.testing.crash;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one subscriber got of one publisher. Each message comes for the first time behind those that were published before it;
 * with QoS 1 it may come again (4.6). One thread at a time.
 */
final class Deliveries {
    private static final int SHOWN = 20;

    private final Map<Long, Long> seenNanos = new HashMap<>();
    private final BitSet repeatedExactlyOnce = new BitSet();
    private long highest;
    private long previous;
    private int stepsBack;

    /** Counts a message; what was wrong with it, if anything. */
    Optional<String> take(long number, int qos) {
        boolean again = seenNanos.containsKey(number);
        if (again && qos == 2) {
            repeatedExactlyOnce.set((int) number);
        }
        if (!again && number < highest) {
            return Optional.of("message " + number + " came for the first time behind message " + highest);
        }
        if (number <= previous) {
            stepsBack++;
        }
        seenNanos.putIfAbsent(number, System.nanoTime());
        highest = Math.max(highest, number);
        previous = number;
        return Optional.empty();
    }

    /** The messages that came more than once with QoS 2, the first ones. */
    List<Long> repeatedExactlyOnce() {
        return repeatedExactlyOnce.stream().limit(SHOWN).asLongStream().boxed().toList();
    }

    boolean has(long number) {
        return seenNanos.containsKey(number);
    }

    /** What had come at a time. */
    Deliveries asOf(long nanos) {
        Deliveries then = new Deliveries();
        seenNanos.forEach((number, seen) -> {
            if (seen - nanos < 0) {
                then.seenNanos.put(number, seen);
                then.highest = Math.max(then.highest, number);
            }
        });
        return then;
    }

    /** How often a message came that was not behind the one before it. */
    int stepsBack() {
        return stepsBack;
    }

    /** Those of the messages that did not come, the first ones. */
    List<Long> missing(List<Ack> acks) {
        List<Long> missing = new ArrayList<>();
        for (Ack ack : acks) {
            if (!has(ack.number()) && missing.size() < SHOWN) {
                missing.add(ack.number());
            }
        }
        return missing;
    }
}
