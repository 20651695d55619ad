package io.wkmq.channel.engine;

import java.io.IOException;

/** A channel is not there, or not any more. */
public final class ChannelGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ChannelGoneException(int channel) {
        super("There is no channel " + channel);
    }
}
