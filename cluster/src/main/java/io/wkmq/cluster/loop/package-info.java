/** Threads of the cluster's parts. */
@NullMarked
package io.wkmq.cluster.loop;

import org.jspecify.annotations.NullMarked;
