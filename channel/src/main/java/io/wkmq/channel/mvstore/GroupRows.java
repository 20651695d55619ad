package io.wkmq.channel.mvstore;

import java.util.Map;

/**
 * The changes of a group since its rows were last written.
 *
 * @param group its number
 * @param state its state machine's state without the channels; not to be modified
 * @param channels the states of channels by number, {@link #DROPPED} for dropped ones; not to be modified
 */
public record GroupRows(int group, byte[] state, Map<Integer, byte[]> channels) {
    /** The row of a dropped channel, whose number is never reused. */
    public static final byte[] DROPPED = {};

    /** Copies the map. */
    public GroupRows {
        channels = Map.copyOf(channels);
    }
}
