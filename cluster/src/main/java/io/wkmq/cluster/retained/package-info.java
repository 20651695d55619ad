/**
 * Replication of retained messages to all nodes. Changes are sent at once on a best-effort basis; in addition each node compares
 * its messages with each other node's and pulls what is missing. Depends on the ports of {@code membership} only.
 */
@NullMarked
package io.wkmq.cluster.retained;

import org.jspecify.annotations.NullMarked;
