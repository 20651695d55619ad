/** Event loops of the cluster's services, and helpers to wait and to ask other nodes from them. */
@NullMarked
package io.wkmq.cluster.loop;

import org.jspecify.annotations.NullMarked;
