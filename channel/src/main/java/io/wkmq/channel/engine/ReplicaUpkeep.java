package io.wkmq.channel.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The background work of a node on its replicas: scrubs the records, brings the groups in line with the registry, removes expired records
 * from the groups that it leads, and takes its share of leaderships. A learner only scrubs, since the replicas do the rest. Thread-safe;
 * does not block.
 */
final class ReplicaUpkeep {
    private final ReplicaStore store;
    private final EngineLogs logs;
    private final Engine engine;
    private final ReplicatedOptions options;
    private final EngineThreads threads;
    private final Clock clock;
    private final Scrub scrub;
    private final LeaderShare share;

    @GuardedBy("this")
    private final List<RetentionSweep> sweeps = new ArrayList<>();

    @GuardedBy("this")
    private boolean stopped;

    /**
     * Creates the upkeep of the replicas in this store; nothing runs yet.
     *
     * @param engine used to tell the groups about their channels
     * @param groups of whose leadership it takes its share
     */
    ReplicaUpkeep(
            ReplicaStore store,
            EngineLogs logs,
            Engine engine,
            LeaderShare.Groups groups,
            ReplicatedOptions options,
            EngineThreads threads,
            Clock clock) {
        this.store = store;
        this.logs = logs;
        this.engine = engine;
        this.options = options;
        this.threads = threads;
        this.clock = clock;
        this.scrub = new Scrub(store.scrubbed(), options.scrub(), clock);
        this.share =
                new LeaderShare(groups, threads.loop(), options.rebalanceAfter().toMillis());
    }

    /** Starts all work, unless stopped. Call once, when all replicas have started and have everything acknowledged before. */
    synchronized void begin(GroupLogs kept) {
        if (stopped) {
            return;
        }
        scrub.start();
        if (logs.learner()) {
            return;
        }
        EngineLoop loop = Objects.requireNonNull(store.registryLoop(), "The log of the registry has not begun");
        try {
            loop.execute(new UnheardChannels(store, engine, threads.background(), logs::isClosed)::tell);
        } catch (RejectedExecutionException e) {
            return; // the node has left the others meanwhile
        }
        for (int group = 0; group < store.groups(); group++) {
            sweep(kept, group);
        }
        share.start();
    }

    @GuardedBy("this")
    private void sweep(GroupLogs kept, int group) {
        RetentionSweep sweep = new RetentionSweep(
                store.begun(group),
                store.table(),
                op -> logs.propose(group, op),
                threads.loop(),
                threads.background(),
                clock,
                options.retentionInterval().toMillis(),
                () -> kept.leads(group));
        sweeps.add(sweep);
        sweep.start();
    }

    /** Scrubs records, as in {@link Engine#scrub}. */
    CompletionStage<ScrubReport> scrub(@Nullable Integer channel, long patienceMs) {
        return logs.isHere() ? scrub.now(channel, patienceMs) : CompletableFuture.failedFuture(logs.notHere());
    }

    /** Stops taking leaderships, because the node is leaving. */
    void leave() {
        share.stop();
    }

    /** Stops all work. Call before the engine's threads end. */
    synchronized void stop() {
        stopped = true;
        sweeps.forEach(RetentionSweep::stop);
        scrub.stop();
    }
}
