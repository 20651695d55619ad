/** The calls of a Kubernetes API server that discovery makes. */
@NullMarked
package io.wkmq.testing.k8s;

import org.jspecify.annotations.NullMarked;
