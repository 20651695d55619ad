package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.registry.ChannelDefinition;

/**
 * Compares what the nodes that are here have of a channel, up to the last record that all of them have: so messages may come meanwhile.
 * Changes nothing. Thread-safe; its methods block.
 *
 * <p>{@link #compare} is quick: it looks at what the state machines know. {@link #verify} reads all records from the disks too.
 */
public final class ChannelAudit {
    private final NodeChannels channels;

    /** Of these channels. */
    public ChannelAudit(NodeChannels channels) {
        this.channels = channels;
    }

    /**
     * Compares the digests of all that a channel was ever given.
     *
     * @throws ChannelException if there is no such channel
     */
    public ChannelVersion compare(String name) throws ChannelException {
        return comparison(name).compare();
    }

    /**
     * The same, and reads all records from the disks: whether each is as it was written, none is missing, and all nodes have the same. It
     * takes as long as that takes.
     *
     * @throws ChannelException if there is no such channel
     */
    public ChannelVersion verify(String name) throws ChannelException {
        ReplicaComparison comparison = comparison(name);
        comparison.compare();
        return comparison.verify();
    }

    private ReplicaComparison comparison(String name) throws ChannelException {
        ChannelDefinition channel = channels.find(name);
        if (channel == null) {
            throw new ChannelException("There is no channel " + name, null);
        }
        return new ReplicaComparison(name, channel.number(), channels.auditees());
    }
}
