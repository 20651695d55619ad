/**
 * Who may talk to this node as a node: the cookie, TLS between nodes, and the handshake in front of every connection from node
 * to node. Bytes in, bytes out; knows no library and no sockets.
 */
@NullMarked
package io.wkmq.cluster.security;

import org.jspecify.annotations.NullMarked;
