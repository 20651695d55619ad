/**
 * What nodes say to each other when one fetches what its replica of a group misses: messages and their form, and the way between nodes.
 */
@NullMarked
package io.wkmq.channel.fill;

import org.jspecify.annotations.NullMarked;
