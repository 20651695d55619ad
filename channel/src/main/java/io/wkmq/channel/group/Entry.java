package io.wkmq.channel.group;

import org.jspecify.annotations.Nullable;

/**
 * A message that is to be appended.
 *
 * @param body the message in its stored form; not to be changed afterwards
 * @param key null if its publisher gave it no name
 */
public record Entry(byte[] body, @Nullable MessageKey key) {}
