/** A single-threaded cluster: its nodes see each other over a simulated network, in simulated time. */
@NullMarked
package io.wkmq.cluster.sim;

import org.jspecify.annotations.NullMarked;
