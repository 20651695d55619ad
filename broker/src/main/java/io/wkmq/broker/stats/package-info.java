/** The node's statistics under EMQ's names, for {@code wkctl}, {@code $SYS} and the metrics page. */
@NullMarked
package io.wkmq.broker.stats;

import org.jspecify.annotations.NullMarked;
