package io.wkmq.testing.crash;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one subscriber received from one publisher. First deliveries must arrive in the order of publication; with QoS 1 a message may be
 * delivered again (4.6). Not thread-safe.
 */
final class Deliveries {
    private static final int SHOWN = 20;

    private final Map<Long, Long> seenNanos = new HashMap<>();
    private final BitSet repeatedExactlyOnce = new BitSet();
    private long highest;
    private long previous;
    private int stepsBack;

    /** Records a delivery; returns a description of the violation if it broke the order. */
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

    /** Returns the first few messages that were delivered more than once with QoS 2. */
    List<Long> repeatedExactlyOnce() {
        return repeatedExactlyOnce.stream().limit(SHOWN).asLongStream().boxed().toList();
    }

    boolean has(long number) {
        return seenNanos.containsKey(number);
    }

    /** Returns a copy restricted to what had been delivered by {@code nanos}. */
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

    /** Returns how often a message arrived whose number was not higher than that of the message before it. */
    int stepsBack() {
        return stepsBack;
    }

    /** Returns the first few of the acknowledged messages that were never delivered. */
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
