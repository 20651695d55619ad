/** Discovery by the endpoints of a Kubernetes service. */
@NullMarked
package io.wkmq.cluster.discovery.k8s;

import org.jspecify.annotations.NullMarked;
