/** Tests of the channels of a running node, from the outside. */
@org.jspecify.annotations.NullMarked
package io.wkmq.broker.channels;
