package io.wkmq.cluster.discovery;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A discovery strategy that finds what the test says. Checks that it is used by one thread at a time. */
final class ScriptedStrategy implements DiscoveryStrategy {
    private final AtomicBoolean busy = new AtomicBoolean();
    final AtomicInteger looks = new AtomicInteger();
    volatile Found found = Found.of(List.of());
    volatile @Nullable IOException failure;
    volatile @Nullable RuntimeException bug;
    volatile boolean hangs;
    volatile boolean lockedByOther;
    volatile boolean locked;
    volatile @Nullable IOException registerFailure;
    volatile @Nullable Announcement registered;
    volatile @Nullable Runnable changed;
    volatile boolean closed;

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public Found discover() throws IOException, InterruptedException {
        if (!busy.compareAndSet(false, true) || closed) {
            throw new AssertionError("used by two threads, or after its end");
        }
        try {
            looks.incrementAndGet();
            if (hangs) {
                Thread.sleep(60_000);
            }
            if (failure != null) {
                throw failure;
            }
            if (bug != null) {
                throw bug;
            }
            return found;
        } finally {
            busy.set(false);
        }
    }

    @Override
    public void watch(Runnable onChange) {
        changed = onChange;
    }

    @Override
    public boolean lock() throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (bug != null) {
            throw bug;
        }
        locked = !lockedByOther;
        return locked;
    }

    @Override
    public void unlock() {
        locked = false;
    }

    @Override
    public void register(Announcement self) throws IOException {
        if (registerFailure != null) {
            throw registerFailure;
        }
        registered = self;
    }

    @Override
    public void unregister() {
        registered = null;
    }

    @Override
    public void close() {
        closed = true;
    }
}
