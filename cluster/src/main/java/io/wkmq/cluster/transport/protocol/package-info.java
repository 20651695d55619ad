/**
 * What node links say to each other: version 1 of their frames. A frame is the length of what follows it in four bytes, its
 * type in one, and its fields; numbers without a fixed width have seven bits a byte, lowest first, and texts are UTF-8 with
 * their length in front.
 */
@NullMarked
package io.wkmq.cluster.transport.protocol;

import org.jspecify.annotations.NullMarked;
