/** The effects of Raft without its protocol: logs whose committed entries are decided by a majority, and what follows from them. */
@NullMarked
package io.wkmq.channel.quorum;

import org.jspecify.annotations.NullMarked;
