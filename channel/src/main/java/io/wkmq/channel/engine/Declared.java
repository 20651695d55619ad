package io.wkmq.channel.engine;

import io.wkmq.channel.registry.ChannelDefinition;

/** What became of one of several channels that were to be declared. */
public sealed interface Declared {
    /**
     * It takes messages.
     *
     * @param made whether it was declared now; else there was one already, with the same filter and settings
     */
    record Here(ChannelDefinition channel, boolean made) implements Declared {}

    /** It cannot be: another channel has its name or its topics. */
    record Refused(String reason) implements Declared {}

    /** It takes no messages yet, or nobody knows: it may still come, and who declares it again is told what it is then. */
    record Unknown(String reason) implements Declared {}
}
