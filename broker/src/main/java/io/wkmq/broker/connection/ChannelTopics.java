package io.wkmq.broker.connection;

/** The topics by which clients address channels: {@code $ch/<channel>/...}. */
public final class ChannelTopics {
    /** Begins each of them; a channel's name follows. */
    public static final String PREFIX = "$ch/";

    /** The greatest length of a cursor's name, in characters. */
    public static final int CURSOR_LENGTH_MAX = 512;

    private ChannelTopics() {}
}
