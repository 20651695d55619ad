package io.wkmq.broker.http;

import java.util.List;

/** Whether the node should receive clients. Thread-safe, does not block. */
@FunctionalInterface
public interface Readiness {
    /** The listeners are not up yet. */
    String STARTING = "starting";

    /** The node is being stopped. */
    String STOPPING = "stopping";

    /** Memory is short, so new connections are refused. */
    String MEMORY = "memory";

    /**
     * Returns why the node is not ready: words such as the above, possibly with details ({@code storage: the disk is full});
     * empty if it is ready.
     */
    List<String> problems();
}
