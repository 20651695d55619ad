package io.wkmq.cluster.security;

/** Decides about a node that has introduced itself and proved that it knows the cookie. Must not block. */
@FunctionalInterface
public interface Judge {
    /** Whether to talk to that node. */
    Verdict judge(Introduction peer);
}
