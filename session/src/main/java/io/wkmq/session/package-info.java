/**
 * Keeps what the broker owes each client, connected or not: subscriptions, inflight and queued messages, will, retained
 * messages. Knows no bytes, sockets or configuration files.
 */
@NullMarked
package io.wkmq.session;

import org.jspecify.annotations.NullMarked;
