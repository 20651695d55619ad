/**
 * The protocol between nodes with which a replica fetches what it is missing, and a learner follows a group's log: messages, their form,
 * and the transport port.
 */
@NullMarked
package io.wkmq.channel.fill;

import org.jspecify.annotations.NullMarked;
