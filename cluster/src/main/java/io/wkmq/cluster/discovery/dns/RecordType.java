package io.wkmq.cluster.discovery.dns;

/** The type of record to query. */
public enum RecordType {
    /** IPv4 addresses. */
    A,
    /** IPv6 addresses. */
    AAAA,
    /** Hosts with ports. */
    SRV
}
