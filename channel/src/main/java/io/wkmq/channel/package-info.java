/** Keeps an ordered, replicated, durable log per channel and says what is committed. Knows no wire format and no subscriber. */
@NullMarked
package io.wkmq.channel;

import org.jspecify.annotations.NullMarked;
