/** The cluster layer: makes several nodes agree on who is present and what is routed where, and moves messages between them. */
@NullMarked
package io.wkmq.cluster;

import org.jspecify.annotations.NullMarked;
