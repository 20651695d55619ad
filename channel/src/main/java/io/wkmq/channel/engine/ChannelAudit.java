package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Compares a channel's replicas on all reachable nodes, up to the last record that all of them have, so messages may be appended meanwhile.
 * Read-only. Thread-safe; its methods block.
 *
 * <p>{@link #compare} is quick: it uses what the state machines know. {@link #verify} also reads all records from the disks.
 */
public final class ChannelAudit {
    private final NodeChannels channels;

    /** Creates an audit of the given channels. */
    public ChannelAudit(NodeChannels channels) {
        this.channels = channels;
    }

    /**
     * Compares the replicas' digests of everything the channel was ever given.
     *
     * @throws ChannelException if there is no such channel
     */
    public ChannelVersion compare(String name) throws ChannelException {
        return comparison(name, () -> {}).compare();
    }

    /**
     * Compares some channels, one after the other, and also reads all their records from the disks: checks that each record is as it was
     * written, that none is missing, and that all nodes have the same; where nodes were given different records, reports which. Takes time
     * in proportion to the data.
     *
     * @param asking run on this thread before each question to the nodes; may throw to abort
     * @throws ChannelException if there is no such channel, or two verifications run on this node already
     */
    public List<ChannelVersion> verify(List<String> names, Runnable asking) throws ChannelException {
        Semaphore verifying = channels.verifying();
        if (!verifying.tryAcquire()) {
            throw new ChannelException(
                    "Channels are being verified " + NodeChannels.VERIFYING_MAX
                            + " times on this node already; try it again when one of that is done",
                    null);
        }
        try {
            List<ChannelVersion> versions = new ArrayList<>();
            for (String name : names) {
                ReplicaComparison comparison = comparison(name, asking);
                comparison.compare();
                versions.add(comparison.verify());
            }
            return versions;
        } finally {
            verifying.release();
        }
    }

    private ReplicaComparison comparison(String name, Runnable asking) throws ChannelException {
        return new ReplicaComparison(name, channels.known(name).number(), channels.auditees(), asking);
    }
}
