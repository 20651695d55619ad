/**
 * The wire protocol of node links, version 1. A frame is a four-byte length of what follows, a one-byte type, and its fields.
 * Numbers without a fixed width are encoded with seven bits per byte, lowest first; texts are UTF-8 with a length prefix.
 */
@NullMarked
package io.wkmq.cluster.transport.protocol;

import org.jspecify.annotations.NullMarked;
