/**
 * The protocol between nodes for groups of readers: the seat of a reader is on its own node, the home of its group on the node that
 * distributes the records.
 */
@NullMarked
package io.wkmq.channel.sharing;

import org.jspecify.annotations.NullMarked;
