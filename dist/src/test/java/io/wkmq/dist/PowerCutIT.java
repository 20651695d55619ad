package io.wkmq.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.testing.Await;
import io.wkmq.testing.disk.DiskRecorder;
import io.wkmq.testing.disk.DiskRecording;
import io.wkmq.testing.disk.Loss;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests a node that loses power. Everything it does to its disk is recorded; then nodes are started on the states the disk might have had
 * at moments of the recording.
 */
@Timeout(600)
class PowerCutIT {
    private static final int STATES = Integer.getInteger("wkmq.test.crash.states", 12);
    private static final int RUNS = 3;
    private static final int MESSAGES_EACH = 60;
    private static final int ACKS_EACH_RUN = 150;
    private static final List<Loss> LOSSES = List.of(Loss.ALL, Loss.TAIL, Loss.SOME, Loss.SECTORS);

    /** A power cut before an event, and the seed that decides which writes still reached the disk. */
    private record PowerCut(int moment, Loss loss, long choices) {}

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final long seed = Long.getLong("wkmq.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Installation installation = Installation.built();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void whatWasAcknowledgedSurvivesAPowerCutAtAnyMoment(@TempDir Path dir) throws Exception {
        System.out.println("PowerCutIT: -Dwkmq.test.seed=" + seed);
        Optional<DiskRecorder> recorder = DiskRecorder.compile(dir);
        assumeTrue(recorder.isPresent(), "what a process does to its disk is recorded on Linux with gcc only");
        Path record = dir.resolve("record");
        try (Load load = new Load()) {
            long subscribed = run(load, recorder.orElseThrow(), dir.resolve("node"), record);
            DiskRecording recording = DiskRecording.read(record);
            List<Integer> syncs = recording.momentsBeforeSyncs().stream()
                    .filter(moment -> recording.nanos(moment) - subscribed > 0)
                    .toList();
            assertThat(syncs).as("the syncs of the record").hasSizeGreaterThan(RUNS);
            List<Future<?>> checks = new ArrayList<>();
            for (int state = 0; state < STATES; state++) {
                // just before a sync there is most to lose; anywhere else names may be what is lost
                int sync = syncs.get(random.nextInt(syncs.size()));
                int moment = random.nextBoolean() ? sync : sync + random.nextInt(recording.end() - sync);
                long choices = random.nextLong();
                PowerCut cut = new PowerCut(moment, LOSSES.get(state % LOSSES.size()), choices);
                Path home = dir.resolve("state" + state);
                checks.add(threads.submit(() -> check(load, recording, cut, home)));
            }
            for (Future<?> check : checks) {
                check.get();
            }
            System.out.println("PowerCutIT: " + STATES + " power cuts in " + recording.end() + " events, " + load);
        }
    }

    /** Works with a node, and kills it now and then; the time from which on the subscriptions are there. */
    private long run(Load load, DiskRecorder recorder, Path home, Path record) throws Exception {
        long subscribed = 0;
        try (Node node = Load.node(installation, home)) {
            recorder.environment(home.resolve("data"), record).forEach(node::with);
            for (int run = 1; run <= RUNS; run++) {
                int port = start(node);
                if (run == 1) {
                    load.subscribe(port);
                    subscribed = System.nanoTime();
                }
                int enough = load.acks() + ACKS_EACH_RUN;
                CompletableFuture<Void> clients = load.begin(port, run, MESSAGES_EACH);
                Await.until(
                        Duration.ofSeconds(60),
                        () -> "enough acknowledgements; " + load,
                        () -> load.acks() >= enough || clients.isCompletedExceptionally());
                node.kill();
                clients.get(60, TimeUnit.SECONDS);
            }
        }
        return subscribed;
    }

    private @Nullable Void check(Load load, DiskRecording recording, PowerCut cut, Path home) throws Exception {
        Path data = home.resolve("data");
        recording.crashed(cut.moment, cut.loss, new Random(cut.choices), data);
        try (Node node = Load.node(installation, home)) {
            load.checkAfterPowerCut(start(node), recording.nanos(cut.moment));
            node.kill();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    cut + " of " + recording.end() + ", -Dwkmq.test.seed=" + seed + ": " + e.getMessage(), e);
        }
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.toList()) {
                Files.delete(file); // they are large
            }
        }
        return null;
    }

    private static int start(Node node) throws Exception {
        List<String> lines = node.foreground();
        return Node.tcpPort(lines.get(lines.size() - 1));
    }
}
