package io.wkmq.channel.engine;

import io.wkmq.channel.registry.ChannelDefinition;

/** Listens to changes of the registry, in order. Called on the loop of the registry's group: must not block. */
public interface RegistryListener {
    /** Called after a channel was declared or altered, or after its import was completed. */
    void changed(ChannelDefinition channel);

    /** Called after a channel was declared that has yet to be imported from a standalone node: it accepts nothing else until then. */
    void announced(ChannelDefinition channel);

    /** Called after a channel was deleted. */
    void gone(ChannelDefinition channel);
}
