/**
 * Reads {@code etc/*.conf} and the environment into records, once, at start. The only package that uses the configuration
 * library.
 */
@NullMarked
package io.wkmq.broker.config;

import org.jspecify.annotations.NullMarked;
