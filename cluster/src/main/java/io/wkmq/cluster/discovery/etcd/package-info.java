/** Nodes register in etcd and find each other there. */
@NullMarked
package io.wkmq.cluster.discovery.etcd;

import org.jspecify.annotations.NullMarked;
