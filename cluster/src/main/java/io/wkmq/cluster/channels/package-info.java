/** The ways by which nodes that replicate channels communicate, besides the replicated logs of the groups. */
@NullMarked
package io.wkmq.cluster.channels;

import org.jspecify.annotations.NullMarked;
