package io.wkmq.cluster.discovery.dns;

/** What a name is asked for. */
public enum RecordType {
    /** IPv4 addresses. */
    A,
    /** IPv6 addresses. */
    AAAA,
    /** Hosts with ports. */
    SRV
}
