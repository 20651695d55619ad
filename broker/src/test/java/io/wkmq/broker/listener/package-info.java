@NullMarked
package io.wkmq.broker.listener;

import org.jspecify.annotations.NullMarked;
