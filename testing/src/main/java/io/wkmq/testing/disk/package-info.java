/** A disk in memory that fails, fills up, hangs and loses power as a test says. */
@NullMarked
package io.wkmq.testing.disk;

import org.jspecify.annotations.NullMarked;
