/** Channels of a node that runs, from the outside. */
@org.jspecify.annotations.NullMarked
package io.wkmq.broker.channels;
