package io.wkmq.cluster.hazelcast.cp;

import java.util.UUID;

/**
 * A member of the CP subsystem.
 *
 * @param uuid names it for ever
 * @param host where it was last
 * @param port where it was last
 */
record CpMember(UUID uuid, String host, int port) {}
