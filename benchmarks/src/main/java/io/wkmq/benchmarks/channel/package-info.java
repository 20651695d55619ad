/** Measures channels, without clients and brokers around them. */
@NullMarked
package io.wkmq.benchmarks.channel;

import org.jspecify.annotations.NullMarked;
