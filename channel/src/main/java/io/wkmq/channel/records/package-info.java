/**
 * The records of channels on disk: a channel has files of its own, each with the records from one sequence number on. What is here
 * is durable once it was synced; until then the log of the group has it too.
 */
@NullMarked
package io.wkmq.channel.records;

import org.jspecify.annotations.NullMarked;
