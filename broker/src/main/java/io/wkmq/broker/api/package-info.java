/** The API of the node's channels, over HTTP and MQTT, and of its replication groups. */
@NullMarked
package io.wkmq.broker.api;

import org.jspecify.annotations.NullMarked;
