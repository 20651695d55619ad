/** A node's state besides the records of its channels, in an MVStore file that survives a power loss. */
@NullMarked
package io.wkmq.channel.mvstore;

import org.jspecify.annotations.NullMarked;
