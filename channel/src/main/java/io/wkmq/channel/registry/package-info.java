/** Which channels there are: their names, numbers, filters and bounds; and which nodes: as a pure state machine. */
@NullMarked
package io.wkmq.channel.registry;

import org.jspecify.annotations.NullMarked;
