/** The MQTT control packets as values: what the codec reads and writes and the connection acts on. */
@NullMarked
package io.wkmq.broker.packet;

import org.jspecify.annotations.NullMarked;
