/** Clients that record what a broker promised them, for tests that kill the broker. */
@NullMarked
package io.wkmq.testing.crash;

import org.jspecify.annotations.NullMarked;
