/** The distribution as an administrator sees it: its files, and its launchers in separate processes. */
@NullMarked
package io.wkmq.dist;

import org.jspecify.annotations.NullMarked;
