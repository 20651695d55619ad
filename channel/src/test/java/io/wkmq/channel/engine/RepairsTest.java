package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.fill.FillCodec;
import io.wkmq.channel.fill.FillQuestion;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes with the same channel, one of which has lost some of its files. */
class RepairsTest {
    private static final int CHANNEL = 3;
    private static final int MESSAGES = 60;

    /** One of the nodes. */
    private static final class Node {
        final SimDisk disk = new SimDisk();
        final SimLoop loop = new SimLoop();
        final SimLoop timer = new SimLoop();
        final SimExecutor reads = new SimExecutor();
        final SimExecutor writes = new SimExecutor();
        final SimExecutor scrubs = new SimExecutor();
        final ReplicaStore store;

        Node() throws IOException {
            store = ReplicaStore.open(
                    new SimulatedDisk(disk),
                    SimulatedDisk.DIRECTORY,
                    new ReplicaOptions(1, 2_000, 2, 2),
                    new ReplicaThreads(reads, reads, writes, scrubs, timer));
            LogFollower follower = store.follow(0, loop);
            follower.newTerm(1);
            follower.apply(2, OpCodec.encode(new GroupOp.Configure(CHANNEL, SimNode.rules(Retention.FOR_EVER))));
            for (int number = 1; number <= MESSAGES; number++) {
                follower.apply(
                        2 + number,
                        OpCodec.encode(new GroupOp.Append(
                                new OpId(new UUID(1, 1), 0, number),
                                number,
                                List.of(new GroupOp.Part(CHANNEL, List.of(SimNode.entry("x".repeat(300))))))));
            }
            follower.snapshot();
        }

        void work() {
            SimReplica.work(loop, timer, writes, scrubs, reads);
        }
    }

    /** The other node, which answers a limited number of requests for records. */
    private final class Donor implements Donors {
        private final NodeId id = new NodeId(new UUID(0, 2));
        private int answers = Integer.MAX_VALUE;
        private int looked;

        @Override
        public List<NodeId> here() {
            looked++;
            return List.of(id);
        }

        @Override
        public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
            if (FillCodec.decodeQuestion(question) instanceof FillQuestion.Records && answers-- <= 0) {
                return CompletableFuture.failedFuture(new IOException("made by the test"));
            }
            CompletableFuture<byte[]> answer = other.store.answer(question).toCompletableFuture();
            other.work();
            return answer;
        }
    }

    private final Node victim = new Node();
    private final Node other = new Node();
    private final Donor donor = new Donor();

    RepairsTest() throws IOException {
        // the nodes' disks may fail
    }

    @BeforeEach
    void lose() throws IOException {
        victim.store.fetchFrom(donor);
        for (String file : victim.disk.list()) {
            if (file.endsWith(".records")) {
                victim.disk.delete(file);
            }
        }
    }

    private void pass(long ms) {
        for (long i = 0; i < ms; i++) {
            victim.timer.pass(1);
            victim.work();
        }
    }

    private CompletableFuture<Void> repaired(long from) {
        CompletableFuture<Void> done = Objects.requireNonNull(
                        victim.store.damages().found(CHANNEL, from, MESSAGES + 1))
                .toCompletableFuture();
        victim.work();
        return done;
    }

    @Test
    void whatIsHereAlreadyIsNotLookedAtAgain() {
        donor.answers = 3; // one of each file, or more
        CompletableFuture<Void> first = repaired(1);
        pass(50);
        assertThat(first).isCompletedExceptionally();
        long reached = firstLost(failure(first));
        assertThat(reached).isBetween(2L, (long) MESSAGES);

        donor.answers = Integer.MAX_VALUE;
        CompletableFuture<Void> second = repaired(reached);
        pass(200);
        assertThat(second).isCompleted();
        assertThat(victim.store.damages().trouble()).isNull();
        Scrub scrub = new Scrub(victim.store.scrubbed(), ScrubOptions.defaults(), Clock.systemUTC());
        CompletableFuture<ScrubReport> report = scrub.now(null, 100_000).toCompletableFuture();
        pass(50);
        assertThat(report.join().damaged()).isZero();
        assertThat(report.join().bytes()).isPositive();
    }

    private static Throwable failure(CompletableFuture<?> failed) {
        return Objects.requireNonNull(
                failed.handle((nothing, failure) -> failure).join());
    }

    /** Of "Records 17 to 60 of channel ...". */
    private static long firstLost(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        return Long.parseLong(text.replaceFirst("(?s).*Records (\\d+) to .*", "$1"));
    }

    @Test
    void triesThatFailBecomeRare() {
        donor.answers = 0;
        var unused = repaired(1);
        pass(30_000);
        int before = donor.looked;
        pass(100_000);
        assertThat(donor.looked - before).as("tries in 100 s").isBetween(3, 5);
        assertThat(victim.store.damages().trouble()).contains("1 channels are damaged");
        donor.answers = Integer.MAX_VALUE;
        pass(30_000);
        assertThat(victim.store.damages().trouble()).isNull();
    }
}
