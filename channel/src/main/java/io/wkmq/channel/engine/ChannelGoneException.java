package io.wkmq.channel.engine;

import java.io.IOException;

/** Thrown when a channel does not exist, or does not exist any more. */
public final class ChannelGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ChannelGoneException(int channel) {
        super("There is no channel " + channel);
    }
}
