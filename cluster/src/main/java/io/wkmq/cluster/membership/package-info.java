/**
 * Who is here: the ports through which the rest of the cluster layer sees other nodes and exchanges control messages with
 * them. Knows no library; {@code cluster.hazelcast} implements it, simulations do too.
 */
@NullMarked
package io.wkmq.cluster.membership;

import org.jspecify.annotations.NullMarked;
