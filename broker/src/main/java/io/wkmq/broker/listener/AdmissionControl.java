package io.wkmq.broker.listener;

/** The node's decision on whether to take one more connection, by memory and load. Called on the accepting thread: must not block. */
@FunctionalInterface
public interface AdmissionControl {
    /** Admits every connection. */
    AdmissionControl ALWAYS = open -> true;

    /**
     * Returns whether a connection that has just been accepted is kept.
     *
     * @param open the number of other open connections of all listeners, counted from their accept
     */
    boolean admit(int open);
}
