/** Clients that keep account of what a broker promised them, for tests that take the broker away. */
@NullMarked
package io.wkmq.testing.crash;

import org.jspecify.annotations.NullMarked;
