package io.wkmq.cluster.hazelcast.cp;

/**
 * Names a CP group for ever.
 *
 * @param name what it was created as
 * @param seed of the CP subsystem that it belongs to
 * @param id its number there
 */
record CpGroup(String name, long seed, long id) {}
