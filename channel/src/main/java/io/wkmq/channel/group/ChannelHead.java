package io.wkmq.channel.group;

import io.wkmq.channel.group.ChannelState.Position;

/**
 * What a group knows of a channel but for its cursors and the names of its messages: little, however many those are. Immutable.
 *
 * @param channel the channel's number
 * @param rules what its definition says
 * @param position what it has
 * @param importing whether it takes only what is imported
 * @param cursorUsedMs when that of its cursors was used that was not used for longest, ms since the epoch; {@link Long#MAX_VALUE} if it has
 *     none
 */
public record ChannelHead(int channel, ChannelRules rules, Position position, boolean importing, long cursorUsedMs) {}
