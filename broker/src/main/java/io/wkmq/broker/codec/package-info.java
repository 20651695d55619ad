/**
 * Bytes to packets and packets to bytes. The only place that knows the HiveMQ codec; hand-written forms exist only where a
 * test proves them equal to it.
 */
@NullMarked
package io.wkmq.broker.codec;

import org.jspecify.annotations.NullMarked;
