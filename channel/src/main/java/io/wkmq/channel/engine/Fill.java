package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches what a replica misses from other nodes, in rounds until the replica is whole: each round is shorter than the last, as less has
 * arrived meanwhile. When a round fails the next node is asked, after a pause. Confined to the given executor, which must be serial.
 */
final class Fill {
    private static final Logger LOG = LoggerFactory.getLogger(Fill.class);

    private static final long PAUSE_MS = 100;
    private static final int PAUSE_DOUBLED_MAX = 6;

    private final FollowingReplica replica;
    private final FillTarget target;
    private final EngineLoop loop;
    private final Supplier<@Nullable Donors> donors;
    private final Executor executor;
    private final EngineLoop timer;
    private long wanted;
    private int known = 1;
    private int tries;
    private int failures;

    /**
     * Creates the fill of a replica.
     *
     * @param loop the replica's loop
     * @param donors the other nodes; null while they are not known yet
     * @param executor for blocking work
     * @param timer for pauses
     */
    Fill(
            FollowingReplica replica,
            FillTarget target,
            EngineLoop loop,
            Supplier<@Nullable Donors> donors,
            Executor executor,
            EngineLoop timer) {
        this.replica = replica;
        this.target = target;
        this.loop = loop;
        this.donors = donors;
        this.executor = executor;
        this.timer = timer;
    }

    /** Begins. Must be called on the replica's loop. */
    void begin() {
        LOG.warn(
                "The replica of a group misses entries of its log, they are fetched from another node group={} entry={}",
                replica.group(),
                replica.missing());
        goOn();
    }

    /** Must be called on the replica's loop. */
    private void goOn() {
        long missing = replica.missing();
        execute(() -> {
            wanted = Math.max(wanted, missing);
            round();
        });
    }

    private void round() {
        Donors others = donors.get();
        List<NodeId> here = others == null ? List.of() : others.here();
        if (others == null || here.isEmpty()) {
            again("no other node is here");
            return;
        }
        known = here.size();
        try {
            wanted = Math.max(wanted, target.wanted());
        } catch (IOException e) {
            giveUp(e);
            return;
        }
        NodeId donor = here.get(Math.floorMod(tries++, here.size()));
        var unused = new FillRound(replica.group(), target, others, donor, executor)
                .run(wanted)
                .whenComplete((index, failure) -> execute(() -> ended(donor, index, failure)));
    }

    private void ended(NodeId donor, @Nullable Long index, @Nullable Throwable failure) {
        Throwable cause = Causes.orNull(failure);
        if (index != null) {
            long reached = index;
            failures = 0;
            tries--; // the same donor has the rest
            onLoop(() -> finish(donor, reached));
        } else if (cause instanceof UncheckedIOException broken) {
            giveUp(new IOException(broken.getMessage(), broken));
        } else {
            try {
                target.abandon();
                again("node " + donor + " does not have it: " + cause);
            } catch (IOException e) {
                giveUp(e);
            }
        }
    }

    private void giveUp(IOException cause) {
        LOG.error("Cannot record which entries a replica misses group={}", replica.group(), cause);
        onLoop(() -> replica.fail(cause));
    }

    private void again(String reason) {
        if (failures == 0 || failures == PAUSE_DOUBLED_MAX) {
            LOG.warn(
                    "What a replica misses cannot be fetched, it is tried again group={} entry={} reason={}",
                    replica.group(),
                    wanted,
                    reason);
        }
        long pauseMs = PAUSE_MS << Math.min(failures / known, PAUSE_DOUBLED_MAX);
        failures++;
        try {
            timer.execute(() -> timer.after(pauseMs, () -> execute(this::round)));
        } catch (RejectedExecutionException e) {
            stopped();
        }
    }

    /** Must be called on the replica's loop: no entry comes in between. */
    private void finish(NodeId donor, long index) {
        try {
            if (replica.filled(index)) {
                LOG.info(
                        "The replica of a group has all again group={} entry={} donor={}",
                        replica.group(),
                        replica.applied(),
                        donor);
            } else {
                goOn();
            }
        } catch (IOException e) {
            LOG.error("A replica cannot install fetched data group={}", replica.group(), e);
        }
    }

    private void execute(Runnable step) {
        try {
            executor.execute(step);
        } catch (RejectedExecutionException e) {
            stopped();
        }
    }

    private void onLoop(Runnable step) {
        try {
            loop.execute(step);
        } catch (RejectedExecutionException e) {
            stopped();
        }
    }

    private void stopped() {
        LOG.info("The node stops before a replica is complete group={}", replica.group());
    }
}
