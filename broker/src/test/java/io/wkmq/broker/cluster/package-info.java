/** Tests of several nodes in one process, from the outside. */
@org.jspecify.annotations.NullMarked
package io.wkmq.broker.cluster;
