package io.wkmq.broker.http;

import java.util.List;

/** Whether the node should get clients. Thread-safe, does not block. */
@FunctionalInterface
public interface Readiness {
    /** A reason: the listeners are not up yet. */
    String STARTING = "starting";

    /** A reason: the node is being stopped. */
    String STOPPING = "stopping";

    /** A reason: memory is short, so new connections are refused. */
    String MEMORY = "memory";

    /** What speaks against it: one of the words above, or one with details such as {@code storage: the disk is full}; empty if it is ready. */
    List<String> problems();
}
