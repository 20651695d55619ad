/** The node's event loops (its shards), moving channels between them, and holding back a channel's reads. */
@NullMarked
package io.wkmq.broker.loop;

import org.jspecify.annotations.NullMarked;
