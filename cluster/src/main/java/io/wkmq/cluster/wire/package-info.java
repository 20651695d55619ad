/** The form of numbers and texts in the messages between nodes. */
@NullMarked
package io.wkmq.cluster.wire;

import org.jspecify.annotations.NullMarked;
