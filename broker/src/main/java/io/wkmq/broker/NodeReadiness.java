package io.wkmq.broker;

import io.wkmq.broker.http.Readiness;
import io.wkmq.broker.overload.OverloadGuard;
import io.wkmq.session.mvstore.MvStorage;
import java.util.ArrayList;
import java.util.List;

/** Whether the node should receive clients: it is running, has enough memory, and its storage accepts writes. Thread-safe. */
final class NodeReadiness implements Readiness {
    private final OverloadGuard guard;
    private final MvStorage storage;
    private volatile boolean running;
    private volatile boolean stopping;

    NodeReadiness(OverloadGuard guard, MvStorage storage) {
        this.guard = guard;
        this.storage = storage;
    }

    void running() {
        running = true;
    }

    void stopping() {
        stopping = true;
    }

    /** Returns whether clients are served. */
    boolean serving() {
        return running && !stopping;
    }

    @Override
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (stopping) {
            problems.add(STOPPING);
        } else if (!running) {
            problems.add(STARTING);
        }
        if (guard.memoryShort()) {
            problems.add(MEMORY);
        }
        String trouble = storage.trouble();
        if (trouble != null) {
            problems.add("storage: " + trouble);
        }
        return problems;
    }
}
