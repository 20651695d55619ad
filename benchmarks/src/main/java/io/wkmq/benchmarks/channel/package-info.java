/** Benchmarks of channels alone, without clients and brokers. */
@NullMarked
package io.wkmq.benchmarks.channel;

import org.jspecify.annotations.NullMarked;
