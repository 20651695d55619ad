/** Alarms: detects problems that an administrator has to know about, and records how long they lasted. */
@NullMarked
package io.wkmq.broker.alarm;

import org.jspecify.annotations.NullMarked;
