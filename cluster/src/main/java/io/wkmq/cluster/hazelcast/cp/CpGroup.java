package io.wkmq.cluster.hazelcast.cp;

/**
 * The permanent identity of a CP group.
 *
 * @param name the name with which it was created
 * @param seed the seed of its CP subsystem
 * @param id its number there
 */
record CpGroup(String name, long seed, long id) {}
