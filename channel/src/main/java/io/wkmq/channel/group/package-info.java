/**
 * The state machine of one replicated group: what the entries of its log mean for the channels that it has by their numbers. Pure: it
 * has no clock, no thread and no disk, so that all replicas come to the same.
 */
@NullMarked
package io.wkmq.channel.group;

import org.jspecify.annotations.NullMarked;
