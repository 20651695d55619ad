/** A raw MQTT client for tests. It shares no code with the broker, so a mistake is not made twice. */
@NullMarked
package io.wkmq.testing.mqtt;

import org.jspecify.annotations.NullMarked;
