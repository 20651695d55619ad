package io.wkmq.channel.registry;

/** The outcome of a change to the registry. */
public sealed interface RegistryAnswer {
    /** The change was made; the channel is as it is now, or as it was before it was deleted. */
    record Done(ChannelDefinition channel) implements RegistryAnswer {}

    /** The change was applied; the node is as it is recorded now. */
    record Listed(RegisteredNode node) implements RegistryAnswer {}

    /** Nothing was changed. */
    record Refused(String reason) implements RegistryAnswer {}
}
