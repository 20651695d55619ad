/** The distribution as an administrator meets it: its files, and its launchers in processes of their own. */
@NullMarked
package io.wkmq.dist;

import org.jspecify.annotations.NullMarked;
