package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The calls to other members that are not answered yet, so that none waits for a member that is gone: Hazelcast itself fails them only when
 * it removes the member from the cluster. Thread-safe; the number of calls is bounded by their senders.
 */
final class OpenCalls {
    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Map<Address, Map<Long, CompletableFuture<?>>> open = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();

    /** Until when each member counts as gone; by then Hazelcast knows the truth. */
    private final Map<Address, Long> lost = new ConcurrentHashMap<>();

    /** Adds a call to a member. The call must have a time limit of its own. */
    void sent(Address target, CompletableFuture<?> call) {
        long number = last.incrementAndGet();
        open.compute(target, (address, known) -> {
            Map<Long, CompletableFuture<?>> calls = known == null ? new ConcurrentHashMap<>() : known;
            calls.put(number, call);
            return calls;
        });
        var unused = call.whenComplete((answer, failure) -> open.computeIfPresent(target, (address, calls) -> {
            calls.remove(number);
            return calls.isEmpty() ? null : calls; // nodes keep coming with new addresses
        }));
        if (isLost(target)) {
            fail(target, call);
        }
    }

    /** Records that a member is gone: calls to it fail, for a few seconds or until it is {@link #found} again. */
    void lost(Address address) {
        long now = System.nanoTime();
        lost.values().removeIf(until -> until - now <= 0);
        lost.put(address, now + LOST_NANOS);
        silent(address);
    }

    /** Fails the calls that wait for a member now. */
    void silent(Address address) {
        for (CompletableFuture<?> call : open.getOrDefault(address, Map.of()).values()) {
            fail(address, call);
        }
    }

    private static void fail(Address address, CompletableFuture<?> call) {
        call.completeExceptionally(new IOException("The member at " + address + " is gone"));
    }

    /** Records that a member is present. */
    void found(Address address) {
        lost.remove(address);
    }

    boolean isLost(Address address) {
        Long until = lost.get(address);
        return until != null && until - System.nanoTime() > 0;
    }
}
