/**
 * Holds the state of each client, connected or not: subscriptions, inflight and queued messages, wills; and the retained
 * messages. Independent of wire format, sockets and configuration files.
 *
 * <p>A session lives on one shard, an event loop, and is only accessed on its thread (ADR 3); {@link io.wkmq.session.Sessions}
 * is the entry point for other threads. A PUBLISH passes from {@code Session} through {@code Inbound} and {@code Intake} to the
 * router, which hands it through {@code LocalDispatcher} to every shard with subscribers; there {@code FanOut} distributes it
 * to sessions, which send it through {@code Outbound} and {@code Inflight}. {@code Lifetime} governs a session without a
 * connection.
 *
 * <p>A session with a non-zero expiry is durable if the node has a store: a QoS 1 or 2 message for it is acknowledged to its
 * publisher only once the store has it, and the session survives a restart unchanged. Other sessions never touch the store.
 */
@NullMarked
package io.wkmq.session;

import org.jspecify.annotations.NullMarked;
