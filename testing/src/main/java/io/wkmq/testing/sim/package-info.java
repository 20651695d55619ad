/** A network and a time that exist in one thread only: what happens follows from a seed. */
@NullMarked
package io.wkmq.testing.sim;

import org.jspecify.annotations.NullMarked;
