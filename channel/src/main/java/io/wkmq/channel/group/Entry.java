package io.wkmq.channel.group;

import org.jspecify.annotations.Nullable;

/**
 * A message to be appended.
 *
 * @param body the message in its stored form; not to be modified afterwards
 * @param key identifies the message for deduplication; null if its publisher gave it no name
 */
public record Entry(byte[] body, @Nullable MessageKey key) {}
