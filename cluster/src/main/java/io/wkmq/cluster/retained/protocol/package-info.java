/** The messages by which nodes make their retained messages the same. Pure bytes in and out. */
@NullMarked
package io.wkmq.cluster.retained.protocol;

import org.jspecify.annotations.NullMarked;
