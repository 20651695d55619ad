/** The node as clients of widely used libraries see it: what they connect, send and receive over real sockets. */
@NullMarked
package io.wkmq.broker.clients;

import org.jspecify.annotations.NullMarked;
