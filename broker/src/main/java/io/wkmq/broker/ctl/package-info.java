/** The command line administration: {@code wkctl}, the endpoint it talks to, and its commands, one class per first word. */
@NullMarked
package io.wkmq.broker.ctl;

import org.jspecify.annotations.NullMarked;
