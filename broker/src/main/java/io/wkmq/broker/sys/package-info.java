/** The broker's own messages under {@code $SYS/brokers/<node>/}. */
@NullMarked
package io.wkmq.broker.sys;

import org.jspecify.annotations.NullMarked;
