@NullMarked
package io.wkmq.broker.loop;

import org.jspecify.annotations.NullMarked;
