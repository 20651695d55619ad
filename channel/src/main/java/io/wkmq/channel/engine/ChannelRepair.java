package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.channel.ChannelException;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.routing.NodeId;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Has all reachable nodes repair their replicas: damaged records are fetched again, and a node whose channel differs from that of two
 * others that agree fetches the channel anew. Thread-safe; its methods block.
 */
public final class ChannelRepair {
    private static final long PATIENCE_MS = 20_000;

    /** How long an unfinished repair of all channels is kept for the next call: after that its findings are out of date. */
    private static final long KEPT_MS = 600_000;

    private final NodeChannels channels;
    private final Timing timing;
    private final ReentrantLock repairing = new ReentrantLock();

    /** The unfinished repair of all channels; null if there is none. */
    @GuardedBy("repairing")
    private @Nullable Round begun;

    /** A repair of all channels, spread over as many calls as it takes. Guarded by its owner. */
    private static final class Round {
        private final List<@Nullable NodeId> nodes;
        private final ReplicaSync sync;

        /** Name of the last channel compared; empty before the first. */
        private String reached = "";

        private long askedNanos;

        private Round(List<@Nullable NodeId> nodes, ReplicaSync sync) {
            this.nodes = nodes;
            this.sync = sync;
        }
    }

    /** Creates the repair of the given channels. */
    public ChannelRepair(NodeChannels channels) {
        this(channels, Timing.SYSTEM);
    }

    ChannelRepair(NodeChannels channels, Timing timing) {
        this.channels = channels;
        this.timing = timing;
    }

    /**
     * Repairs a channel. Blocks until that is done, or returns interim results after a while; calling again waits for the rest.
     *
     * @throws ChannelException if there is no such channel, or another repair was begun on this node
     */
    public SyncReport repair(String name) throws ChannelException {
        ChannelDefinition channel = channels.known(name);
        alone();
        try {
            ReplicaSync sync = sync(channels.auditees());
            return sync.report(sync.scrub(channel.number()) && sync.level(name, channel.number()));
        } finally {
            repairing.unlock();
        }
    }

    /**
     * Repairs all channels. Blocks until that is done, or returns interim results after a while; calling again waits for the rest, and
     * reports everything found since the first call.
     *
     * @throws ChannelException if another repair was begun on this node
     */
    public SyncReport repairAll() throws ChannelException {
        if (!channels.replicated() && channels.list().isEmpty()) {
            return new SyncReport(true, 0, List.of());
        }
        alone();
        try {
            Round round = round(begun);
            begun = round;
            boolean done = round.sync.scrub(0) && levelRest(round);
            round.askedNanos = timing.nanoTime();
            begun = done ? null : round;
            return round.sync.report(done);
        } finally {
            repairing.unlock();
        }
    }

    private void alone() throws ChannelException {
        if (!repairing.tryLock()) {
            throw new ChannelException("Channels are being repaired already; try it again when that is done", null);
        }
    }

    private ReplicaSync sync(List<Auditee> nodes) throws ChannelException {
        return new ReplicaSync(nodes, channels.replicas(), timing, PATIENCE_MS);
    }

    /** Resumes the unfinished repair if it concerns the nodes that are reachable now and is recent, or begins a new one. */
    private Round round(@Nullable Round before) throws ChannelException {
        List<Auditee> nodes = channels.auditees();
        List<@Nullable NodeId> ids = nodes.stream().map(Auditee::id).toList();
        if (before != null
                && before.nodes.equals(ids)
                && timing.nanoTime() - before.askedNanos < TimeUnit.MILLISECONDS.toNanos(KEPT_MS)) {
            before.sync.goOn(PATIENCE_MS);
            return before;
        }
        Round round = new Round(ids, sync(nodes));
        round.askedNanos = timing.nanoTime(); // set now, as the call may end with an exception
        return round;
    }

    private boolean levelRest(Round round) throws ChannelException {
        List<ChannelDefinition> rest = channels.list().stream()
                .filter(channel -> !channels.unmoved(channel.name()))
                .filter(channel -> channel.name().compareTo(round.reached) > 0)
                .sorted(Comparator.comparing(ChannelDefinition::name))
                .toList();
        for (ChannelDefinition channel : rest) {
            if (!round.sync.timeLeft() || !round.sync.level(channel.name(), channel.number())) {
                return false;
            }
            round.reached = channel.name();
        }
        return true;
    }
}
