package io.wkmq.routing;

/** A member of a shared subscription's group, on this node or another. */
public interface ShareMember {
    /** Returns the member's client id, which is unique in its group. */
    String clientId();

    /** Returns whether the member's client is connected now. Any thread. */
    boolean online();

    /** Returns whether the member lives on this node. */
    boolean local();
}
