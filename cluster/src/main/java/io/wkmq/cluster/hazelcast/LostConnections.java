package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends the waits for members that cannot answer: those to which the connection is lost and is not re-established within the time in which
 * Hazelcast suspects them. Hazelcast itself keeps waiting for five seconds. If the leader and another member die together, the next in line
 * claims the lead, asks the dead member for its agreement, and announces neither death until that wait is over. Confined to the event
 * thread.
 */
final class LostConnections {
    /** Hazelcast suspects a member after four failed connection attempts a tenth of a second apart. */
    private static final Duration PATIENCE = Duration.ofMillis(400);

    /** The interval at which new invocations to a lost member are failed. */
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final Supplier<@Nullable HazelcastMember> member;
    private final EventThread thread;
    private final LongSupplier nanoTime;
    private final Map<Address, Long> lostAt = new HashMap<>();

    /**
     * Creates an instance without lost connections.
     *
     * @param member supplies this node's member, or null if there is none
     */
    LostConnections(Supplier<@Nullable HazelcastMember> member, EventThread thread, LongSupplier nanoTime) {
        this.member = member;
        this.thread = thread;
        this.nanoTime = nanoTime;
    }

    /** Records that the connection to a member was closed. */
    void lost(Address address) {
        long now = nanoTime.getAsLong();
        lostAt.put(address, now);
        thread.after(PATIENCE, () -> look(address, now));
    }

    private void look(Address address, long since) {
        Long last = lostAt.get(address);
        if (last == null || last != since) {
            return; // it was re-established and lost again
        }
        HazelcastMember running = member.get();
        if (running != null && running.misses(address)) {
            running.expectNothingOf(address);
            thread.after(AGAIN, () -> look(address, since));
        } else {
            lostAt.remove(address);
        }
    }
}
