/** The load generator {@code bin/wkbench}: MQTT clients that count, time and check every message. */
@NullMarked
package io.wkmq.benchmarks.load;

import org.jspecify.annotations.NullMarked;
