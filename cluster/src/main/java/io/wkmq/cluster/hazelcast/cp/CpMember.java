package io.wkmq.cluster.hazelcast.cp;

import java.util.UUID;

/**
 * A member of the CP subsystem.
 *
 * @param uuid its permanent identity
 * @param host its last known host
 * @param port its last known port
 */
record CpMember(UUID uuid, String host, int port) {}
