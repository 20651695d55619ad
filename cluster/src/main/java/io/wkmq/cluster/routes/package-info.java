/**
 * Which node wants which topics: each node owns its routes and tells the others of every change, by a log with sequence numbers;
 * the others keep replicas of it in their route tables. Uses the ports of {@code membership} only.
 */
@NullMarked
package io.wkmq.cluster.routes;

import org.jspecify.annotations.NullMarked;
