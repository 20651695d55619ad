/**
 * Whether the replicas of a channel have the same, and what they have is whole: what is asked and answered, its form, and the way between
 * nodes.
 */
@NullMarked
package io.wkmq.channel.audit;

import org.jspecify.annotations.NullMarked;
