/**
 * The records of channels on disk: each channel has its own files, each with the records from one sequence number on. Records are durable
 * once synced; until then they are also in the group's log.
 */
@NullMarked
package io.wkmq.channel.records;

import org.jspecify.annotations.NullMarked;
