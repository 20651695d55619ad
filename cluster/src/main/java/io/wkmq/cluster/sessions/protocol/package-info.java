/** The messages by which nodes agree whose session a client's is, and their encoding. */
@NullMarked
package io.wkmq.cluster.sessions.protocol;

import org.jspecify.annotations.NullMarked;
