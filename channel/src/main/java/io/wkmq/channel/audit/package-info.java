/**
 * The audit protocol between nodes, which checks that the replicas of a channel agree and are undamaged: questions, answers, their form,
 * and the transport port.
 */
@NullMarked
package io.wkmq.channel.audit;

import org.jspecify.annotations.NullMarked;
