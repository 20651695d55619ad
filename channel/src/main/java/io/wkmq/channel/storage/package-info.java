/**
 * The building blocks of everything durable on a node: the disk, a segmented write-ahead log, and the encoding of stored values.
 * Independent of what is stored.
 */
@NullMarked
package io.wkmq.channel.storage;

import org.jspecify.annotations.NullMarked;
