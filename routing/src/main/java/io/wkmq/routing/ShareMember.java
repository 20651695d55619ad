package io.wkmq.routing;

/** One member of a shared subscription's group, on this node or another. */
public interface ShareMember {
    /** The member's client id: unique in its group. */
    String clientId();

    /** Whether the member's client is connected now. Any thread. */
    boolean online();

    /** Whether the member lives on this node. */
    boolean local();
}
