/**
 * One session per client id in the whole cluster: nodes tell each other which clients they serve and under which claim; the older
 * claim yields. Builds on {@code cluster.membership}; implements the port of {@code session}.
 */
@NullMarked
package io.wkmq.cluster.sessions;

import org.jspecify.annotations.NullMarked;
