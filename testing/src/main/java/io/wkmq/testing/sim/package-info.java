/** A simulated, single-threaded network and clock whose behaviour is determined by a seed. */
@NullMarked
package io.wkmq.testing.sim;

import org.jspecify.annotations.NullMarked;
