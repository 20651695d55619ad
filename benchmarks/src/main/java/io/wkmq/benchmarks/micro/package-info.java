/** JMH benchmarks of the steps of a PUBLISH through a node. Run as docs/benchmarks.md says; the build only compiles them. */
@NullMarked
package io.wkmq.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
