/**
 * What nodes say to each other about groups of readers: the seat of a reader, on his node, and the home of his group, on the node that gives
 * out the records.
 */
@NullMarked
package io.wkmq.channel.sharing;

import org.jspecify.annotations.NullMarked;
