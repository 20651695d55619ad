/** The messages by which nodes replicate their routes, and their encoding. */
@NullMarked
package io.wkmq.cluster.routes.protocol;

import org.jspecify.annotations.NullMarked;
