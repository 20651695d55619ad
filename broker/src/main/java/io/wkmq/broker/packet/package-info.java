/** The MQTT control packets as values: what the codec decodes and encodes, and the connection acts on. */
@NullMarked
package io.wkmq.broker.packet;

import org.jspecify.annotations.NullMarked;
