/** One MQTT network connection each: what a client may do, when, and what it is answered. Lives on the session's event loop. */
@NullMarked
package io.wkmq.broker.connection;

import org.jspecify.annotations.NullMarked;
