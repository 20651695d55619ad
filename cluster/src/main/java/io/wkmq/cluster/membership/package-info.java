/**
 * Cluster membership: the ports through which the rest of the cluster layer sees other nodes and exchanges control messages with
 * them. Depends on no library; implemented by {@code cluster.hazelcast} and by simulations.
 */
@NullMarked
package io.wkmq.cluster.membership;

import org.jspecify.annotations.NullMarked;
