package io.wkmq.cluster.security;

/** Decides about a node that has introduced itself and proved to know the cookie. Must not block. */
@FunctionalInterface
public interface Judge {
    /** Returns whether to accept the node. */
    Verdict judge(Introduction peer);
}
