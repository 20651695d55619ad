package io.wkmq.broker.listener;

/** The node's say in whether it takes one more connection: memory, overload. Called on the accepting thread: must not block. */
@FunctionalInterface
public interface AdmissionControl {
    /** Takes every connection. */
    AdmissionControl ALWAYS = open -> true;

    /**
     * Whether a connection that has just been accepted is kept.
     *
     * @param open how many others are open, of all listeners, from the moment they were accepted
     */
    boolean admit(int open);
}
