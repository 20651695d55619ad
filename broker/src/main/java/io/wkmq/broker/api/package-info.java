/** What programs ask of the node: its channels, over HTTP and over MQTT. */
@NullMarked
package io.wkmq.broker.api;

import org.jspecify.annotations.NullMarked;
