/** What nodes that keep channels together say to each other besides the logs of the groups. */
@NullMarked
package io.wkmq.cluster.channels;

import org.jspecify.annotations.NullMarked;
