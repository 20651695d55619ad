@org.jspecify.annotations.NullMarked
package io.wkmq.channel.sharing;
