/**
 * Makes Hazelcast's CP groups survive restarts: what they must not forget goes to a log on disk and is given back before the
 * member joins. Brings operations of groups of channels into them, and what is in them to the replicas. Builds on internals of the one Hazelcast version that this broker runs with.
 */
@NullMarked
package io.wkmq.cluster.hazelcast.cp;

import org.jspecify.annotations.NullMarked;
