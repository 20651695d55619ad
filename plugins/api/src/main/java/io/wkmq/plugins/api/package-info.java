/**
 * The plugin API of the broker, version {@value io.wkmq.plugins.api.Plugin#API_VERSION}: authentication, authorization, client
 * events, and administration commands. Within a version nothing is removed or changed in meaning; records created by the broker
 * and interfaces implemented by it may grow.
 *
 * <p>Besides this package a plugin sees the JDK and the value types of {@code io.wkmq.routing} used here. It does not see the
 * broker, its libraries, or other plugins.
 */
@NullMarked
package io.wkmq.plugins.api;

import org.jspecify.annotations.NullMarked;
