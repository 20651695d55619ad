package io.wkmq.channel.registry;

import io.wkmq.routing.TopicFilter;

/** A change of the registry. Time is in it, so that it means the same to every replica. */
public sealed interface RegistryOp {
    /** Declares a channel. */
    record Create(String name, TopicFilter filter, ChannelSettings settings, long timeMs) implements RegistryOp {}

    /** Gives a channel other settings. */
    record Alter(String name, ChannelSettings settings) implements RegistryOp {}

    /** Removes a channel. Its number is to be removed from its group then, and the registry told of that. */
    record Delete(String name) implements RegistryOp {}

    /** The group has nothing of a removed channel any more. */
    record Dropped(int number) implements RegistryOp {}

    /**
     * Takes over a channel that a node kept alone: it is declared, and what it has is to come. Answers with the channel if that was done
     * before; refuses if it was removed since.
     */
    record TakeOver(Origin origin, String name, TopicFilter filter, ChannelSettings settings, long timeMs)
            implements RegistryOp {}

    /** A channel that was taken over has all that it had: it is as any other one now. */
    record TakenOver(String name, int number) implements RegistryOp {}
}
