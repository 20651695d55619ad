/**
 * What nodes say to each other when one fetches what its replica of a group misses, or follows the log of a group that it has no part in:
 * messages and their form, and the way between nodes.
 */
@NullMarked
package io.wkmq.channel.fill;

import org.jspecify.annotations.NullMarked;
