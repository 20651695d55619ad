/** Overload protection: refuses new connections before the node is in danger. */
@NullMarked
package io.wkmq.broker.overload;

import org.jspecify.annotations.NullMarked;
