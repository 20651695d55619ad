package io.wkmq.broker.connection;

/** The topics by which clients address channels: {@code $ch/<channel>/...}. */
public final class ChannelTopics {
    /** The common prefix; a channel's name follows. */
    public static final String PREFIX = "$ch/";

    /** Most characters of a cursor's name; bounded because names are kept in memory. */
    public static final int CURSOR_LENGTH_MAX = 512;

    private ChannelTopics() {}
}
