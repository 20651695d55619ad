/**
 * Membership and control messages by one embedded Hazelcast member. The only package that knows Hazelcast; it uses internals of
 * the version named in {@link io.wkmq.cluster.hazelcast.HazelcastMember} and of no other. Nothing of the broker is kept in
 * Hazelcast's data structures.
 */
@NullMarked
package io.wkmq.cluster.hazelcast;

import org.jspecify.annotations.NullMarked;
