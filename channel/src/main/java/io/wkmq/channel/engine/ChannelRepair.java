package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.ChannelException;
import io.wkmq.channel.registry.ChannelDefinition;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Has all nodes that are here repair their replicas: what is damaged on their disks, and who was given something else than two others, who agree,
 * fetches that channel anew. Thread-safe; its methods block.
 */
public final class ChannelRepair {
    private static final long PATIENCE_MS = 20_000;

    private final NodeChannels channels;
    private final Semaphore repairing = new Semaphore(1);

    /** The last channel that was compared of all of them, by name; empty to begin with the first one. */
    @GuardedBy("this")
    private String reached = "";

    /** Of these channels. */
    public ChannelRepair(NodeChannels channels) {
        this.channels = channels;
    }

    /**
     * Repairs a channel. Blocks until that is done, or some time has passed: then who asks again waits for the rest.
     *
     * @throws ChannelException if there is no such channel, or somebody else has some repaired by this node
     */
    public SyncReport repair(String name) throws ChannelException {
        ChannelDefinition channel = channels.find(name);
        if (channel == null) {
            throw new ChannelException("There is no channel " + name, null);
        }
        channels.requireMoved(name);
        return alone(sync -> sync.scrub(channel.number()) && sync.level(name, channel.number()));
    }

    /**
     * Repairs all. Blocks until that is done, or some time has passed: then who asks again waits for the rest.
     *
     * @throws ChannelException if somebody else has some repaired by this node
     */
    public SyncReport repairAll() throws ChannelException {
        if (!channels.replicated() && channels.list().isEmpty()) {
            return new SyncReport(true, 0, List.of());
        }
        return alone(sync -> sync.scrub(0) && levelRest(sync));
    }

    private synchronized boolean levelRest(ReplicaSync sync) throws ChannelException {
        String behind = reached;
        List<ChannelDefinition> rest = channels.list().stream()
                .filter(channel -> !channels.unmoved(channel.name()))
                .filter(channel -> channel.name().compareTo(behind) > 0)
                .sorted(Comparator.comparing(ChannelDefinition::name))
                .toList();
        for (ChannelDefinition channel : rest) {
            if (!sync.timeLeft() || !sync.level(channel.name(), channel.number())) {
                return false;
            }
            reached = channel.name();
        }
        reached = "";
        return true;
    }

    /** What may take longer than it has time. */
    private interface Work {
        boolean run(ReplicaSync sync) throws ChannelException;
    }

    private SyncReport alone(Work work) throws ChannelException {
        if (!repairing.tryAcquire()) {
            throw new ChannelException("Channels are being repaired already; try it again when that is done", null);
        }
        try {
            ReplicaSync sync = new ReplicaSync(channels.auditees(), channels.replicas(), PATIENCE_MS);
            boolean done = work.run(sync);
            return sync.report(done);
        } finally {
            repairing.release();
        }
    }
}
