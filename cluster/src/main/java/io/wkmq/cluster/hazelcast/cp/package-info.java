/**
 * Makes Hazelcast's CP groups durable: their terms, votes and entries are written to a log on disk and restored before the member joins.
 * Proposes the operations of channel groups to their Raft logs, and applies committed entries to the replicas. Relies on internals of the
 * exact Hazelcast version that this broker runs with.
 */
@NullMarked
package io.wkmq.cluster.hazelcast.cp;

import org.jspecify.annotations.NullMarked;
