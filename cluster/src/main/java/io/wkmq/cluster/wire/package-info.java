/** The encoding of numbers and texts in messages between nodes. */
@NullMarked
package io.wkmq.cluster.wire;

import org.jspecify.annotations.NullMarked;
