/** Loads plugins, keeps the broker safe from them, and holds what they registered. */
@NullMarked
package io.wkmq.broker.plugin;

import org.jspecify.annotations.NullMarked;
