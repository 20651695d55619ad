/** The messages by which nodes synchronize their retained messages, and their encoding. */
@NullMarked
package io.wkmq.cluster.retained.protocol;

import org.jspecify.annotations.NullMarked;
