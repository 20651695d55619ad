package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What was sent to other members and not answered yet, so that nobody waits for one that is gone: Hazelcast itself tells that only when it
 * takes the member out of the cluster. Thread-safe; as many are open as their senders allow.
 */
final class OpenCalls {
    private static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Map<Address, Map<Long, CompletableFuture<?>>> open = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();

    /** Until when each counts as gone: by then Hazelcast knows what is true. */
    private final Map<Address, Long> lost = new ConcurrentHashMap<>();

    /** A call goes to that member; it must end by itself some time. */
    void sent(Address target, CompletableFuture<?> call) {
        long number = last.incrementAndGet();
        open.compute(target, (address, known) -> {
            Map<Long, CompletableFuture<?>> calls = known == null ? new ConcurrentHashMap<>() : known;
            calls.put(number, call);
            return calls;
        });
        var unused = call.whenComplete((answer, failure) -> open.computeIfPresent(target, (address, calls) -> {
            calls.remove(number);
            return calls.isEmpty() ? null : calls; // nodes come with new addresses again and again
        }));
        if (isLost(target)) {
            fail(target, call);
        }
    }

    /** Nothing comes from that member any more: what waits for it fails, for some seconds or until it is {@link #found} again. */
    void lost(Address address) {
        long now = System.nanoTime();
        lost.values().removeIf(until -> until - now <= 0);
        lost.put(address, now + LOST_NANOS);
        silent(address);
    }

    /** What waits for that member now fails. */
    void silent(Address address) {
        for (CompletableFuture<?> call : open.getOrDefault(address, Map.of()).values()) {
            fail(address, call);
        }
    }

    private static void fail(Address address, CompletableFuture<?> call) {
        call.completeExceptionally(new IOException("The member at " + address + " is gone"));
    }

    /** That member is there. */
    void found(Address address) {
        lost.remove(address);
    }

    boolean isLost(Address address) {
        Long until = lost.get(address);
        return until != null && until - System.nanoTime() > 0;
    }
}
