package io.wkmq.channel.engine;

import io.wkmq.channel.group.AppendResult.Outcome;

/**
 * The result of appending a message: its position in the channel.
 *
 * @param outcome whether the message was appended; otherwise {@code seq} is that of the existing message with the same name
 * @param seq the sequence number; 0 if the channel does not exist
 * @param timeMs when the message, or the operation that carries it, was appended, in ms since the epoch
 * @param term the leader's Raft term
 */
public record Appended(Outcome outcome, long seq, long timeMs, long term) {}
