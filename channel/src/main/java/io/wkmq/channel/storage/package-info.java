/**
 * What everything durable of a node is built of: the disk, a write-ahead log of segments, the encoding of what is stored. Knows
 * nothing of what is in it.
 */
@NullMarked
package io.wkmq.channel.storage;

import org.jspecify.annotations.NullMarked;
