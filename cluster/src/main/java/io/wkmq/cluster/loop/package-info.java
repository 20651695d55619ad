/** Threads of the cluster's parts, and what waits on them. */
@NullMarked
package io.wkmq.cluster.loop;

import org.jspecify.annotations.NullMarked;
