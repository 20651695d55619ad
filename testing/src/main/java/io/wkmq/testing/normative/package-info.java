/** Ties tests to the numbered normative statements of MQTT 5.0 and MQTT 3.1.1. */
@NullMarked
package io.wkmq.testing.normative;

import org.jspecify.annotations.NullMarked;
