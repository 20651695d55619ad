/** Speaks MQTT to clients and wires everything: the only composition root. */
@NullMarked
package io.wkmq.broker;

import org.jspecify.annotations.NullMarked;
