/** Decides which nodes and which local subscribers a message goes to. Knows no threads, clocks, sockets or stores. */
@NullMarked
package io.wkmq.routing;

import org.jspecify.annotations.NullMarked;
