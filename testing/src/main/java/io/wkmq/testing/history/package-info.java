/** What clients of a cluster saw while links and nodes failed, and the judgement whether that was all that they were promised. */
@NullMarked
package io.wkmq.testing.history;

import org.jspecify.annotations.NullMarked;
