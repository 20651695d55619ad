/** MQTT network connections: what a client may do, when, and how it is answered. Confined to the session's event loop. */
@NullMarked
package io.wkmq.broker.connection;

import org.jspecify.annotations.NullMarked;
