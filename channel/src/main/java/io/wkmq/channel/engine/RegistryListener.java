package io.wkmq.channel.engine;

import io.wkmq.channel.registry.ChannelDefinition;

/** Hears what changes in the registry, in its order. Called on the loop of the registry's group: must not block. */
public interface RegistryListener {
    /** A channel was declared, or has other settings. */
    void changed(ChannelDefinition channel);

    /** A channel was removed. */
    void gone(ChannelDefinition channel);
}
