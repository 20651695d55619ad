/** The messages by which nodes tell each other whose sessions they have. Pure bytes in and out. */
@NullMarked
package io.wkmq.cluster.sessions.protocol;

import org.jspecify.annotations.NullMarked;
