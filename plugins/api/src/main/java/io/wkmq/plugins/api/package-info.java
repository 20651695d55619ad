/**
 * What a plugin sees of the broker, version {@value io.wkmq.plugins.api.Plugin#API_VERSION}: authentication, authorization, what
 * happens to clients, and administration commands. Within a version nothing is removed or changed in meaning; records that
 * the broker makes and interfaces that the broker implements may grow.
 *
 * <p>Besides this package a plugin sees the value types of {@code io.wkmq.routing} named here, and the JDK. It does not see
 * the broker, its libraries, or other plugins.
 */
@NullMarked
package io.wkmq.plugins.api;

import org.jspecify.annotations.NullMarked;
