package io.wkmq.session;

import java.util.ArrayList;
import java.util.List;

/** Other nodes that know all routes at once, unless a test delays them. */
final class SlowNodes implements RoutesKnown {
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean slow;

    /** From now on they know nothing new until {@link #learn}. */
    void holdUp() {
        slow = true;
    }

    /** They know everything that was asked about so far. */
    void learn() {
        List<Runnable> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(Runnable::run);
    }

    int waiting() {
        return waiting.size();
    }

    @Override
    public boolean known() {
        return !slow;
    }

    @Override
    public void awaitKnown(Runnable callback) {
        waiting.add(callback);
    }
}
