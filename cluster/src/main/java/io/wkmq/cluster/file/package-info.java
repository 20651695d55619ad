/** Small files that survive a crash. */
@NullMarked
package io.wkmq.cluster.file;

import org.jspecify.annotations.NullMarked;
