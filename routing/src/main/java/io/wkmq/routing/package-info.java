/** Decides which nodes and which local subscribers a message goes to. Independent of threads, clocks, sockets and stores. */
@NullMarked
package io.wkmq.routing;

import org.jspecify.annotations.NullMarked;
