/** Tests of the protocol over sockets, by chapter of the standards. They know nothing of the broker but its port. */
@NullMarked
package io.wkmq.broker.protocol;

import org.jspecify.annotations.NullMarked;
