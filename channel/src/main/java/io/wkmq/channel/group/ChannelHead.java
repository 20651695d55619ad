package io.wkmq.channel.group;

import io.wkmq.channel.group.ChannelState.Position;

/**
 * The state of a channel without its cursors and message names: small, however many of those there are. Immutable.
 *
 * @param channel the channel's number
 * @param rules the rules from its definition
 * @param position its range of records
 * @param importing whether its import is not complete
 * @param cursorUsedMs when the least recently used of its cursors was used, in ms since the epoch; {@link Long#MAX_VALUE} if it has none
 */
public record ChannelHead(int channel, ChannelRules rules, Position position, boolean importing, long cursorUsedMs) {}
