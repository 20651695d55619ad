/** An ordered, replicated, durable log per channel, and what of it is committed. Independent of any wire format and of subscribers. */
@NullMarked
package io.wkmq.channel;

import org.jspecify.annotations.NullMarked;
