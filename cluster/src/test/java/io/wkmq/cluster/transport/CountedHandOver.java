package io.wkmq.cluster.transport;

import io.wkmq.routing.HandOver;
import io.wkmq.testing.Await;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A hand-over that counts its takers. */
final class CountedHandOver implements HandOver {
    final AtomicInteger expected = new AtomicInteger();
    final AtomicInteger done = new AtomicInteger();
    final Queue<String> failures = new ConcurrentLinkedQueue<>();

    @Override
    public void expect() {
        expected.incrementAndGet();
    }

    @Override
    public void done() {
        done.incrementAndGet();
    }

    @Override
    public void failed(String reason) {
        failures.add(reason);
    }

    int open() {
        return expected.get() - done.get() - failures.size();
    }

    void awaitEnd() {
        Await.until(Await.DEFAULT, () -> "the hand-over ends; " + this, () -> open() == 0);
    }

    @Override
    public String toString() {
        return "expected=" + expected + ", done=" + done + ", failures=" + failures;
    }
}
