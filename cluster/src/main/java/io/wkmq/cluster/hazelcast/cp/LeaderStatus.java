package io.wkmq.cluster.hazelcast.cp;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What the leader of a group knows about it.
 *
 * @param term the leader's term
 * @param last the index of the last entry in its log
 * @param committed its commit index
 * @param leader its own id in the CP subsystem
 * @param members the ids of the members that keep the group
 */
record LeaderStatus(long term, long last, long committed, UUID leader, List<UUID> members) {
    private static final int FIXED = 5;

    /** Copies the list. */
    LeaderStatus {
        members = List.copyOf(members);
    }

    /** Encodes the status for the network. */
    long[] toNumbers() {
        long[] numbers = new long[FIXED + 2 * members.size()];
        numbers[0] = term;
        numbers[1] = last;
        numbers[2] = committed;
        numbers[3] = leader.getMostSignificantBits();
        numbers[4] = leader.getLeastSignificantBits();
        for (int i = 0; i < members.size(); i++) {
            numbers[FIXED + 2 * i] = members.get(i).getMostSignificantBits();
            numbers[FIXED + 2 * i + 1] = members.get(i).getLeastSignificantBits();
        }
        return numbers;
    }

    /**
     * Decodes {@link #toNumbers}.
     *
     * @throws IllegalArgumentException if the numbers are malformed
     */
    static LeaderStatus of(long[] numbers) {
        if (numbers.length < FIXED || (numbers.length - FIXED) % 2 != 0) {
            throw new IllegalArgumentException("What a leader knows of a group has " + numbers.length
                    + " numbers; expected " + FIXED + " and two for each member");
        }
        List<UUID> members = new ArrayList<>();
        for (int i = FIXED; i < numbers.length; i += 2) {
            members.add(new UUID(numbers[i], numbers[i + 1]));
        }
        return new LeaderStatus(numbers[0], numbers[1], numbers[2], new UUID(numbers[3], numbers[4]), members);
    }
}
