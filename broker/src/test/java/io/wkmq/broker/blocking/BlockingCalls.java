package io.wkmq.broker.blocking;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** The blocking calls made on event loops of this JVM that no test has accounted for yet. Thread-safe. */
public final class BlockingCalls {
    private static final int SHOWN_MAX = 5;

    private static final Queue<BlockingCall> FOUND = new ConcurrentLinkedQueue<>();
    private static final Map<Thread, Queue<BlockingCall>> PROVOKED = new ConcurrentHashMap<>();

    private BlockingCalls() {}

    /** Runs what a test does on a loop to hold it up: it may block. */
    public static void onPurpose(Runnable hold) {
        hold.run();
    }

    /** From now on those of the calling thread belong to the test that provokes them; they come into the result. */
    static Queue<BlockingCall> provoke() {
        Queue<BlockingCall> own = new ConcurrentLinkedQueue<>();
        PROVOKED.put(Thread.currentThread(), own);
        return own;
    }

    /** Notes a call on the calling thread. */
    static void add(String method) {
        Thread thread = Thread.currentThread();
        PROVOKED.getOrDefault(thread, FOUND).add(new BlockingCall(thread.getName(), method, new Throwable()));
    }

    /** Takes all that nobody has provoked. */
    static List<BlockingCall> take() {
        List<BlockingCall> taken = new ArrayList<>();
        for (BlockingCall call = FOUND.poll(); call != null; call = FOUND.poll()) {
            taken.add(call);
        }
        return taken;
    }

    static String describe(List<BlockingCall> calls) {
        return calls.size() + " blocking calls on event loops, by this class or by one that ran at the same time:\n"
                + calls.stream().limit(SHOWN_MAX).map(BlockingCall::toString).collect(Collectors.joining("\n"));
    }
}
