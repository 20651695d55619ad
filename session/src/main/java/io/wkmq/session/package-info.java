/**
 * Keeps what the broker owes each client, connected or not: subscriptions, inflight and queued messages, will, retained
 * messages. Knows no bytes, sockets or configuration files.
 *
 * <p>A session lives on one shard, an event loop, and is only touched on its thread; {@link io.wkmq.session.Sessions} is the
 * way in from others. A PUBLISH goes from {@code Session} over {@code Inbound} and {@code Intake} into the routes, comes back
 * through {@code LocalDispatcher} to every shard with subscribers, is spread there by {@code FanOut}, and leaves through
 * {@code Outbound} and {@code Inflight}. {@code Lifetime} says what becomes of a session without its connection.
 *
 * <p>A session whose expiry is not 0 is durable if the node has a store: whoever publishes to it with QoS 1 or 2 is
 * acknowledged only when the store has the message, and it is as before after a restart. All others never touch the store.
 */
@NullMarked
package io.wkmq.session;

import org.jspecify.annotations.NullMarked;
