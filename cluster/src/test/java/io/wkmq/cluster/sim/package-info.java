/** A cluster that exists in one thread only: its nodes see each other over a simulated network, in a simulated time. */
@NullMarked
package io.wkmq.cluster.sim;

import org.jspecify.annotations.NullMarked;
