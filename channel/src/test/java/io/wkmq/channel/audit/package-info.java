@NullMarked
package io.wkmq.channel.audit;

import org.jspecify.annotations.NullMarked;
