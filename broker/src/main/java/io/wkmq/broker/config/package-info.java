/** Reads etc/*.conf and the environment into records, once, at start. The only place that knows the configuration library. */
@NullMarked
package io.wkmq.broker.config;

import org.jspecify.annotations.NullMarked;
