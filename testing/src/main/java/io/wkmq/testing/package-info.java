/** What the tests of all modules share: time that stands still, waiting with a deadline, an MQTT client of its own. */
@NullMarked
package io.wkmq.testing;

import org.jspecify.annotations.NullMarked;
