/** What Raft comes to, without its protocol: logs of which a majority decides what is committed, and what that means. */
@NullMarked
package io.wkmq.channel.quorum;

import org.jspecify.annotations.NullMarked;
