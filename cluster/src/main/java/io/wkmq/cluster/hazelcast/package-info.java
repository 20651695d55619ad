/**
 * Membership and control messages by one embedded Hazelcast member. The only package that knows Hazelcast, along with its subpackage; it
 * relies on internals of exactly the version named in {@link io.wkmq.cluster.hazelcast.HazelcastMember}. The broker keeps nothing in
 * Hazelcast's data structures.
 */
@NullMarked
package io.wkmq.cluster.hazelcast;

import org.jspecify.annotations.NullMarked;
