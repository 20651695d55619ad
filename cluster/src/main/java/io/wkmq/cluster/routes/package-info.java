/**
 * Replication of routes, i.e. of which node has subscribers for which topic filters. Each node owns its routes and sends every
 * change to the others in a log with sequence numbers; the others keep replicas in their route tables. Depends on the ports of
 * {@code membership} only.
 */
@NullMarked
package io.wkmq.cluster.routes;

import org.jspecify.annotations.NullMarked;
