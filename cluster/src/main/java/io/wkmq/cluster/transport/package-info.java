/**
 * Links that carry clients' messages between nodes, one TCP connection per direction and pair of nodes. A link preserves the order
 * of the messages forwarded by one thread. While both nodes live it neither loses nor duplicates messages of QoS 1 and 2. Its
 * memory is bounded.
 */
@NullMarked
package io.wkmq.cluster.transport;

import org.jspecify.annotations.NullMarked;
