package io.wkmq.channel.registry;

/** What became of a change of the registry. */
public sealed interface RegistryAnswer {
    /** It is made: the channel as it is now, or was last. */
    record Done(ChannelDefinition channel) implements RegistryAnswer {}

    /** What is said of a node now. */
    record Listed(RegisteredNode node) implements RegistryAnswer {}

    /** Nothing was changed. */
    record Refused(String reason) implements RegistryAnswer {}
}
