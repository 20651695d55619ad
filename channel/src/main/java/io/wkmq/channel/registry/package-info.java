/** The registry: a pure state machine of the channels (names, numbers, filters, settings) and the nodes. */
@NullMarked
package io.wkmq.channel.registry;

import org.jspecify.annotations.NullMarked;
