package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** One life of a node with a replica of one group whose log is kept elsewhere; on a simulated disk and without threads. */
final class SimReplica {
    /** So little at a time that filling takes several rounds, pages and parts. */
    static final FillLimits SMALL = new FillLimits(3, 300, 5, 250, 10, 4_000);

    private static final ReplicaOptions OPTIONS = new ReplicaOptions(1, 2_000, 2, 2);

    final SimLoop loop = new SimLoop();
    final SimLoop timer = new SimLoop();
    final SimExecutor reads = new SimExecutor();
    final SimExecutor writes = new SimExecutor();
    final SimExecutor scrubs = new SimExecutor();
    final ReplicaStore store;
    final LogFollower follower;
    final Scrub scrub;

    /** The last entry that it was given. */
    long given;

    SimReplica(SimDisk disk, LongSupplier ids) throws IOException {
        store = ReplicaStore.open(
                new SimulatedDisk(disk),
                SimulatedDisk.DIRECTORY,
                OPTIONS,
                new ReplicaThreads(reads, reads, writes, scrubs, timer),
                ids,
                SMALL);
        follower = store.follow(0, loop);
        scrub = new Scrub(store.scrubbed(), ScrubOptions.defaults(), Clock.systemUTC());
    }

    /** From whom it gets what it misses. */
    void fetchFrom(Donors donors) {
        store.fetchFrom(donors);
    }

    GroupReplica replica() {
        return Objects.requireNonNull(store.replica(0));
    }

    /** Does all that there is to do now. */
    void work() {
        work(loop, timer, writes, scrubs, reads);
    }

    /** The same of a node with those threads. */
    static void work(SimLoop loop, SimLoop timer, SimExecutor writes, SimExecutor scrubs, SimExecutor reads) {
        boolean more = true;
        while (more) {
            loop.work();
            timer.work();
            more = writes.work();
            more = scrubs.work() || more;
            more = reads.work() || more;
        }
        loop.work();
    }

    /** What a stage is that needs nothing but this node's threads. */
    <T> CompletableFuture<T> ask(CompletionStage<T> stage) {
        work();
        return stage.toCompletableFuture();
    }
}
