package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends the waits for members that cannot answer: to whom the connection is lost and, for as long as it takes Hazelcast to suspect
 * them, not made anew. Hazelcast itself waits on for five seconds: where the leader dies and another member with it, the next one
 * claims its place, asks the dead one whether it agrees, and tells nobody of either death until that wait is over. Confined to the
 * event thread.
 */
final class LostConnections {
    /** Hazelcast suspects a member after four failures a tenth of a second apart. */
    private static final Duration PATIENCE = Duration.ofMillis(400);

    /** It may ask anew meanwhile. */
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final Supplier<@Nullable HazelcastMember> member;
    private final EventThread thread;
    private final LongSupplier nanoTime;
    private final Map<Address, Long> lostAt = new HashMap<>();

    /**
     * None is lost.
     *
     * @param member this node's member, if there is one
     */
    LostConnections(Supplier<@Nullable HazelcastMember> member, EventThread thread, LongSupplier nanoTime) {
        this.member = member;
        this.thread = thread;
        this.nanoTime = nanoTime;
    }

    /** A connection to a member was closed. */
    void lost(Address address) {
        long now = nanoTime.getAsLong();
        lostAt.put(address, now);
        thread.after(PATIENCE, () -> look(address, now));
    }

    private void look(Address address, long since) {
        Long last = lostAt.get(address);
        if (last == null || last != since) {
            return; // it was made anew and lost again
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
