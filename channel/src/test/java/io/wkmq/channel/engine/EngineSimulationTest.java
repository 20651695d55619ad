package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.testing.ManualClock;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.SimDisk;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/**
 * A node that appends through a log that loses, repeats and delays operations, with power failures at any moment. What was acknowledged or
 * read must be present afterwards, once and in order; sequence numbers have no gaps.
 */
class EngineSimulationTest {
    private static final int CHANNELS = 9;
    private static final int PUBLISHERS = 3;
    private static final int GROUPS = 2;
    private static final List<Loss> LOSSES = List.of(Loss.values());
    private static final LocalOptions OPTIONS =
            SimNode.small(GROUPS, new AppenderOptions(8, 1_000, 2, 6, 300, 40, 3, 100_000));

    @Test
    void nothingThatWasToldIsLostNothingComesTwiceAndAllIsInOrder() {
        Seeds.of("EngineSimulationTest", 1_000).forEach(random -> {
            try {
                new World(random).run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** What somebody was told to be present. */
    private record Told(int channel, long seq, String body, int moment) {}

    private static final class World {
        private final Random random;
        private final int[] published = new int[PUBLISHERS];
        private SimDisk disk = new SimDisk();
        private List<Told> told = new ArrayList<>();
        private final Map<Integer, Integer> dropped = new HashMap<>(); // when somebody was told so
        private int shortLived = CHANNELS;
        private final long[] trimmed = new long[CHANNELS]; // up to where somebody may have
        private SimNode node;
        private List<Appender> appenders = List.of();
        private List<FlakyLog> logs = List.of();
        private final Map<Integer, Long> followed = new HashMap<>(); // up to where, by those who read all the time
        private int begun;

        private World(Random random) throws IOException {
            this.random = random;
            this.node = start();
        }

        private SimNode start() throws IOException {
            SimNode started = new SimNode(disk, OPTIONS);
            appenders = new ArrayList<>();
            logs = new ArrayList<>();
            for (int group = 0; group < GROUPS; group++) {
                FlakyLog log = new FlakyLog(started.log.of(group), started.loop, random);
                logs.add(log);
                appenders.add(new Appender(
                        new UUID(random.nextLong(), group), log, started.loop, new ManualClock(), OPTIONS.appender()));
            }
            for (int channel = 0; channel < CHANNELS; channel++) {
                started.configure(channel, Retention.FOR_EVER);
            }
            begun = disk.now();
            node = started;
            followed.clear();
            for (int channel = 0; channel < CHANNELS; channel += 3) {
                follow(started, started.read(channel, new ReadStart.Earliest()), channel);
            }
            return started;
        }

        private void run() throws IOException {
            for (int step = 0; step < 150; step++) {
                switch (random.nextInt(20)) {
                    case 0 -> {
                        if (random.nextInt(3) == 0) {
                            crash();
                        }
                    }
                    case 1 -> trim(random.nextInt(CHANNELS));
                    case 2 -> logs.get(random.nextInt(GROUPS)).cut(random.nextInt(3) == 0);
                    case 3 -> shortLife();
                    case 4 -> node.background.work();
                    case 5, 6 -> node.reads.work();
                    case 7, 8, 9 -> node.loop.pass(random.nextInt(20));
                    default -> publish();
                }
                if (random.nextBoolean()) {
                    node.loop.work();
                }
            }
            logs.forEach(log -> log.cut(false));
            node.pass(1_000);
            for (Appender appender : appenders) {
                assertThat(appender.bytes()).isZero();
            }
            check();
            goesOn();
            crash();
            goesOn();
        }

        /** Whatever went wrong, messages get into channels again. */
        private void goesOn() {
            for (int channel = 0; channel < CHANNELS; channel++) {
                CompletableFuture<Appended> appended = new CompletableFuture<>();
                again(channel, appended);
                for (int i = 0; i < 20 && !appended.isDone(); i++) {
                    node.pass(100);
                }
                assertThat(appended).as("channel %s goes on", channel).isCompleted();
            }
            check();
        }

        private void again(int channel, CompletableFuture<Appended> done) {
            publish(0, channel, 0).whenComplete((appended, failure) -> {
                if (failure == null) {
                    done.complete(appended);
                } else {
                    again(channel, done);
                }
            });
        }

        private void publish() {
            int publisher = random.nextInt(PUBLISHERS);
            int channel = random.nextInt(CHANNELS);
            for (int i = random.nextInt(8); i >= 0; i--) {
                publish(publisher, channel, random.nextInt(300)).whenComplete((appended, failure) -> {});
            }
        }

        private CompletionStage<Appended> publish(int publisher, int channel, int bytes) {
            String body = publisher + ":" + ++published[publisher] + ":" + "x".repeat(bytes);
            SimNode of = node;
            return appenders
                    .get(channel % GROUPS)
                    .append(channel, SimNode.entry(body))
                    .whenComplete((appended, failure) -> {
                        if (failure == null && of == node && appended.outcome() == Outcome.APPENDED) {
                            told.add(new Told(channel, appended.seq(), body, disk.now()));
                        }
                    });
        }

        /** Somebody who reads all the time. */
        private void follow(SimNode of, ChannelReader reader, int channel) {
            long from = reader.position();
            followed.put(channel, from);
            reader.read(1 + random.nextInt(20), 1 + random.nextInt(5_000)).whenComplete((batch, failure) -> {
                if (of == node) {
                    // here, for what a callback throws nobody sees
                    of.loop.execute(() -> {
                        assertThat(failure).isNull();
                        took(channel, from, batch);
                        follow(of, reader, channel);
                    });
                }
            });
        }

        private void took(int channel, long from, ReadBatch batch) {
            long expected = from;
            if (batch.gap() != null) {
                assertThat(batch.gap().first()).isEqualTo(from);
                expected = batch.gap().last() + 1;
                assertThat(expected).isLessThanOrEqualTo(Math.max(1, trimmed[channel]));
            }
            for (ChannelRecord record : batch.records()) {
                assertThat(record.seq()).isEqualTo(expected++);
                told.add(new Told(
                        channel, record.seq(), SimNode.text(record.entry().body()), disk.now()));
            }
            assertThat(batch.next()).isEqualTo(expected);
            followed.put(channel, expected);
        }

        private void trim(int channel) {
            SimNode of = node;
            of.replica(channel).position(channel).whenComplete((position, failure) -> {
                if (of == node && position != null) {
                    long first = position.first() + random.nextInt(10);
                    trimmed[channel] = Math.max(trimmed[channel], first);
                    node.log
                            .of(channel % GROUPS)
                            .propose(OpCodec.encode(new GroupOp.Trim(channel, first)))
                            .whenComplete((answer, trouble) -> {});
                }
            });
        }

        /** A channel that is made, gets some messages and is dropped. */
        private void shortLife() {
            SimNode of = node;
            int channel = shortLived++;
            ReplicatedLog log = of.log.of(channel % GROUPS);
            log.propose(OpCodec.encode(new GroupOp.Configure(channel, SimNode.rules(Retention.FOR_EVER))))
                    .whenComplete((answer, failure) -> {});
            for (int i = random.nextInt(5); i > 0; i--) {
                appenders
                        .get(channel % GROUPS)
                        .append(channel, SimNode.entry("gone"))
                        .whenComplete((appended, failure) -> {});
            }
            of.loop.after(
                    random.nextInt(100),
                    () -> log.propose(OpCodec.encode(new GroupOp.Drop(channel))).whenComplete((answer, failure) -> {
                        if (failure == null) {
                            dropped.put(channel, disk.now());
                        }
                    }));
        }

        private void crash() throws IOException {
            int moment = begun + random.nextInt(disk.now() - begun + 1);
            dropped.values().removeIf(told -> told > moment);
            dropped.replaceAll((channel, told) -> 0);
            told = new ArrayList<>(told.stream()
                    .filter(what -> what.moment() <= moment)
                    .map(what -> new Told(what.channel(), what.seq(), what.body(), 0))
                    .toList());
            disk = disk.crashed(moment, LOSSES.get(random.nextInt(LOSSES.size())), random);
            node = start();
            check();
        }

        private void check() {
            node.work();
            followed.forEach((channel, next) -> assertThat(next)
                    .isEqualTo(Objects.requireNonNull(node.position(channel)).next()));
            for (int channel : dropped.keySet()) {
                assertThat(node.position(channel))
                        .as("dropped channel %s", channel)
                        .isNull();
            }
            List<Map<Long, String>> all = new ArrayList<>();
            long[] firsts = new long[CHANNELS];
            for (int channel = 0; channel < CHANNELS; channel++) {
                all.add(records(channel));
                firsts[channel] = Objects.requireNonNull(node.position(channel)).first();
                assertThat(firsts[channel]).isLessThanOrEqualTo(Math.max(1, trimmed[channel]));
            }
            for (Told what : told) {
                if (what.seq() >= firsts[what.channel()]) {
                    assertThat(all.get(what.channel()).get(what.seq()))
                            .as("%s", what)
                            .isEqualTo(what.body());
                }
            }
        }

        /** All records of a channel, by their numbers. */
        private Map<Long, String> records(int channel) {
            Map<Long, String> records = new HashMap<>();
            Set<String> seen = new HashSet<>();
            int[] last = new int[PUBLISHERS];
            Position position = Objects.requireNonNull(node.position(channel));
            try (ChannelReader reader = node.read(channel, new ReadStart.Earliest())) {
                long expected = reader.position();
                while (expected < position.next()) {
                    ReadBatch batch = node.result(reader.read(1 + random.nextInt(50), 1_000_000));
                    assertThat(batch.gap()).isNull();
                    for (ChannelRecord record : batch.records()) {
                        assertThat(record.seq()).isEqualTo(expected++);
                        String body = SimNode.text(record.entry().body());
                        String[] parts = body.split(":", -1);
                        int publisher = Integer.parseInt(parts[0]);
                        int number = Integer.parseInt(parts[1]);
                        assertThat(seen.add(publisher + ":" + number))
                                .as("%s comes once", body)
                                .isTrue();
                        assertThat(number).as("order of %s", body).isGreaterThan(last[publisher]);
                        last[publisher] = number;
                        records.put(record.seq(), body);
                    }
                }
            }
            return records;
        }
    }
}
