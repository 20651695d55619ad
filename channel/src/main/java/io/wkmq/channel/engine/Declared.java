package io.wkmq.channel.engine;

import io.wkmq.channel.registry.ChannelDefinition;

/** The outcome of declaring one of several channels. */
public sealed interface Declared {
    /**
     * The channel takes messages.
     *
     * @param made whether it was declared now; otherwise it existed already, with the same filter and settings
     */
    record Here(ChannelDefinition channel, boolean made) implements Declared {}

    /** The channel cannot be declared: another one has its name or its topics. */
    record Refused(String reason) implements Declared {}

    /** The channel takes no messages yet, or the outcome is unknown: it may still come into effect; declaring it again tells. */
    record Unknown(String reason) implements Declared {}
}
