/** What an administrator has to know without asking: notices it, and remembers for how long it was so. */
@NullMarked
package io.wkmq.broker.alarm;

import org.jspecify.annotations.NullMarked;
