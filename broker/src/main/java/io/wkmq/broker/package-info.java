/** The broker: speaks MQTT to clients and wires all parts. The only composition root. */
@NullMarked
package io.wkmq.broker;

import org.jspecify.annotations.NullMarked;
