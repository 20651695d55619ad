package io.wkmq.cluster.discovery.k8s;

/** The kind of address under which a pod is met. */
public enum AddressType {
    /** Its IP address. */
    IP,
    /** The DNS name derived from its IP address: {@code 10-0-0-1.<namespace>.pod.cluster.local}. */
    DNS,
    /** The DNS name derived from its host name: {@code wkmq-0.<service>.<namespace>.svc.cluster.local}. */
    HOSTNAME
}
