/** JMH benchmarks of the steps of a PUBLISH through a node. See docs/benchmarks.md for how to run them; the build only compiles them. */
@NullMarked
package io.wkmq.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
