/**
 * The state machine of one replicated group: the effect of its log's entries on its channels, which are identified by number. Pure: uses no
 * clock, thread or disk, so that all replicas reach the same state.
 */
@NullMarked
package io.wkmq.channel.group;

import org.jspecify.annotations.NullMarked;
