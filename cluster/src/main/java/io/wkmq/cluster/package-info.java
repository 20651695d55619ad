/** Makes several nodes agree on who is here and what is routed where, and moves messages between them. */
@NullMarked
package io.wkmq.cluster;

import org.jspecify.annotations.NullMarked;
