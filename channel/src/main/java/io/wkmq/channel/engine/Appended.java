package io.wkmq.channel.engine;

import io.wkmq.channel.group.AppendResult.Outcome;

/**
 * Where a message is in its channel.
 *
 * @param outcome whether it was appended; else the sequence number is that of the message that has its name
 * @param seq its sequence number; 0 if there is no such channel
 * @param timeMs when it, or its operation, was appended, ms since the epoch
 * @param term of the leader
 */
public record Appended(Outcome outcome, long seq, long timeMs, long term) {}
