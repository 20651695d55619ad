/** Tests of the node with clients of widely used libraries, which connect, send and receive over real sockets. */
@NullMarked
package io.wkmq.broker.clients;

import org.jspecify.annotations.NullMarked;
