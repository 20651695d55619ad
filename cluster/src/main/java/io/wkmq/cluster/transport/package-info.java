/**
 * Node links: carry clients' messages from node to node, one TCP connection per direction and pair. A link keeps the order of
 * what one thread forwards, loses nothing of QoS 1 and 2 and brings nothing twice while both nodes live, and is bounded.
 */
@NullMarked
package io.wkmq.cluster.transport;

import org.jspecify.annotations.NullMarked;
