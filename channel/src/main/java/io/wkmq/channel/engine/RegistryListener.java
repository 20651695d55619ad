package io.wkmq.channel.engine;

import io.wkmq.channel.registry.ChannelDefinition;

/** Hears what changes in the registry, in its order. Called on the loop of the registry's group: must not block. */
public interface RegistryListener {
    /** A channel was declared, has other settings, or has all that was to come. */
    void changed(ChannelDefinition channel);

    /** A channel is declared, but what it has is still to come from the node that kept it alone: it takes nothing else yet. */
    void announced(ChannelDefinition channel);

    /** A channel was removed. */
    void gone(ChannelDefinition channel);
}
