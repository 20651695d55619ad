/** Measures the links between nodes, without clients and brokers around them. */
@NullMarked
package io.wkmq.benchmarks.link;

import org.jspecify.annotations.NullMarked;
