/**
 * Retained messages on all nodes: changes are told at once as far as that goes, and each node compares what it has with each
 * other node and pulls what is missing. Uses the ports of {@code membership} only.
 */
@NullMarked
package io.wkmq.cluster.retained;

import org.jspecify.annotations.NullMarked;
