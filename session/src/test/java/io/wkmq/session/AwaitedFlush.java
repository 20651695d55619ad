package io.wkmq.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A flush that a test can wait for. */
public final class AwaitedFlush implements SessionStore.Completion {
    private static final String DURABLE = "durable";

    private final CompletableFuture<String> outcome = new CompletableFuture<>();

    @Override
    public void durable() {
        complete(DURABLE);
    }

    @Override
    public void failed(String reason) {
        complete("failed: " + reason);
    }

    private void complete(String how) {
        if (!outcome.complete(how)) {
            throw new AssertionError("A flush completed twice, now " + how);
        }
    }

    /** Waits at most a minute: {@code durable}, or {@code failed: } and the reason. */
    public String outcome() {
        try {
            return outcome.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("The flush did not complete", e);
        }
    }

    /** Waits until everything is durable. */
    public void durably() {
        if (!outcome().equals(DURABLE)) {
            throw new AssertionError("The flush " + outcome());
        }
    }

    /** Whether it has completed. */
    public boolean done() {
        return outcome.isDone();
    }

    /** Flushes a store and waits until everything is durable. */
    public static void of(SessionStore store) {
        AwaitedFlush flush = new AwaitedFlush();
        store.flush(flush);
        flush.durably();
    }

    /** Flushes a store and waits until everything is durable. */
    public static void of(RetainedStore store) {
        AwaitedFlush flush = new AwaitedFlush();
        store.flush(flush);
        flush.durably();
    }
}
