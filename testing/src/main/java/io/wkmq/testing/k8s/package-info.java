/** A fake of the Kubernetes API server, limited to the calls that discovery makes. */
@NullMarked
package io.wkmq.testing.k8s;

import org.jspecify.annotations.NullMarked;
