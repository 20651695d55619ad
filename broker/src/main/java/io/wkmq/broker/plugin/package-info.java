/** Loads plugins, isolates the broker from their failures, and holds the hooks they register. */
@NullMarked
package io.wkmq.broker.plugin;

import org.jspecify.annotations.NullMarked;
