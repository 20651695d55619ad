/**
 * Authentication between nodes: the cookie, TLS, and the handshake in front of every connection from node to node. Works on bytes
 * only, without sockets or libraries.
 */
@NullMarked
package io.wkmq.cluster.security;

import org.jspecify.annotations.NullMarked;
