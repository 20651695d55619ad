package io.wkmq.broker.connection;

import io.netty.buffer.ByteBufUtil;

/**
 * Limits on clients' topics and filters, because the cost of matching grows with their bytes and levels.
 *
 * @param bytesMax most bytes, in UTF-8
 * @param levelsMax most levels
 */
record TopicLimits(int bytesMax, int levelsMax) {
    static final String EXCEEDED = "The topic is longer or has more levels than this server allows";

    /** Most UTF-8 bytes per {@code char} of a string. */
    private static final int CHAR_BYTES_MAX = 3;

    boolean exceededBy(String topic) {
        return tooLong(topic) || tooDeep(topic);
    }

    private boolean tooLong(String topic) {
        return topic.length() * CHAR_BYTES_MAX > bytesMax && ByteBufUtil.utf8Bytes(topic) > bytesMax;
    }

    private boolean tooDeep(String topic) {
        if (topic.length() < levelsMax) {
            return false;
        }
        int levels = 1;
        for (int i = topic.indexOf('/'); i >= 0 && levels <= levelsMax; i = topic.indexOf('/', i + 1)) {
            levels++;
        }
        return levels > levelsMax;
    }
}
