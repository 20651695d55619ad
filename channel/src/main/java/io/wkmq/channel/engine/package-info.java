/**
 * The channel engine of one node: appends operations to each group's replicated log, applies committed entries to this node's replicas, and
 * serves reads from them. Independent of how the log is replicated between nodes.
 */
@NullMarked
package io.wkmq.channel.engine;

import org.jspecify.annotations.NullMarked;
