package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

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
        return comparison(name, () -> {}).compare();
    }

    /**
     * The same of some channels, one after the other, and reads all their records from the disks: whether each is as it was written, none is
     * missing, and all nodes have the same; of those that were given something else, which records. It takes as long as that takes.
     *
     * @param asking is run on this thread before each question to the nodes; may throw to end it
     * @throws ChannelException if there is no such channel, or two others do that on this node already
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
