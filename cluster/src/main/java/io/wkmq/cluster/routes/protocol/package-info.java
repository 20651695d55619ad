/** The messages by which nodes tell each other their routes. Pure bytes in and out. */
@NullMarked
package io.wkmq.cluster.routes.protocol;

import org.jspecify.annotations.NullMarked;
