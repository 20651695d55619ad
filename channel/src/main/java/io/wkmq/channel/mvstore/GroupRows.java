package io.wkmq.channel.mvstore;

import java.util.Map;

/**
 * What has changed of a group since its rows were written the last time.
 *
 * @param group its number
 * @param state what its state machine knows besides its channels; not to be changed
 * @param channels the states of channels by their numbers, {@link #DROPPED} for those that are gone; not to be changed
 */
public record GroupRows(int group, byte[] state, Map<Integer, byte[]> channels) {
    /** The row of a channel that was dropped: its number is not used again. */
    public static final byte[] DROPPED = {};

    /** Copies the map. */
    public GroupRows {
        channels = Map.copyOf(channels);
    }
}
