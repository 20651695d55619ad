/** Benchmarks of the links between nodes alone, without clients and brokers. */
@NullMarked
package io.wkmq.benchmarks.link;

import org.jspecify.annotations.NullMarked;
