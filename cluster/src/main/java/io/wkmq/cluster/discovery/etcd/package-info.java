/** Discovery by registration in etcd. */
@NullMarked
package io.wkmq.cluster.discovery.etcd;

import org.jspecify.annotations.NullMarked;
