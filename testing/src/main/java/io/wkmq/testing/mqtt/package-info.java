/** A raw MQTT client for tests. It shares no code with the broker, so that no mistake is made on both sides. */
@NullMarked
package io.wkmq.testing.mqtt;

import org.jspecify.annotations.NullMarked;
