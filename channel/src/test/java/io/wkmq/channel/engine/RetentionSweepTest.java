package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.testing.ManualClock;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionSweepTest {
    private static final int CHANNEL = 3;
    private static final long ANY = Long.MAX_VALUE;
    private static final LocalOptions OPTIONS = SimNode.small(1, AppenderOptions.defaults());

    private final SimDisk disk = new SimDisk();
    private final ManualClock clock = new ManualClock();
    private final SimNode node = open();
    private final Appender appender =
            new Appender(UUID.randomUUID(), node.log.of(0), node.loop, clock, OPTIONS.appender());

    private SimNode open() {
        try {
            return new SimNode(disk, OPTIONS);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private final RetentionSweep sweep = sweep(node.log.of(0));

    private RetentionSweep sweep(ReplicatedLog log) {
        return new RetentionSweep(
                node.replica(CHANNEL),
                node.store.table(),
                log,
                node.loop,
                node.background,
                clock,
                OPTIONS.retentionInterval().toMillis(),
                () -> true);
    }

    @BeforeEach
    void start() {
        sweep.start();
    }

    private void append(int count, int bytes) {
        append(CHANNEL, count, bytes);
    }

    private void append(int channel, int count, int bytes) {
        for (int i = 0; i < count; i++) {
            appender.append(channel, SimNode.entry("x".repeat(bytes))).whenComplete((appended, failure) -> {});
        }
        node.pass(5);
    }

    private Position position() {
        return Objects.requireNonNull(node.position(CHANNEL));
    }

    @Test
    void onlySoManyRecordsAreKept() {
        node.configure(CHANNEL, new Retention(ANY, ANY, 10));
        append(25, 10);
        node.pass(2_000);
        assertThat(position().first()).isEqualTo(16);
        append(1, 10);
        node.pass(2_000);
        assertThat(position().first()).isEqualTo(17);
    }

    @Test
    void oneOperationIsProposedAtATime() {
        sweep.stop();
        List<CompletableFuture<byte[]>> proposed = new ArrayList<>();
        sweep(op -> {
                    CompletableFuture<byte[]> answer = new CompletableFuture<>();
                    proposed.add(answer);
                    return answer;
                })
                .start();
        for (int channel = 1; channel <= 5; channel++) {
            node.configure(channel, new Retention(ANY, ANY, 1));
            append(channel, 3, 10);
        }
        node.pass(2_000);
        assertThat(proposed).hasSize(1);
        proposed.get(0).complete(new byte[0]);
        node.work();
        assertThat(proposed).hasSize(2);
        proposed.get(1).completeExceptionally(new IOException("made by the test"));
        node.work();
        assertThat(proposed).as("not at once").hasSize(2);
        node.pass(OPTIONS.retentionInterval().toMillis() + 1);
        assertThat(proposed).hasSize(3);
    }

    @Test
    void recordsAreKeptForSoLong() {
        node.configure(CHANNEL, new Retention(60_000, ANY, ANY));
        append(100, 200);
        clock.advance(Duration.ofSeconds(30));
        append(5, 10);
        clock.advance(Duration.ofSeconds(29));
        node.pass(2_000);
        assertThat(position().first()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(2));
        node.pass(2_000);
        assertThat(position().first()).isEqualTo(101);
        clock.advance(Duration.ofSeconds(60));
        node.pass(2_000);
        assertThat(position().first()).isEqualTo(106);
        assertThat(position().next()).isEqualTo(106);
        assertThat(disk.list()).noneMatch(name -> name.endsWith(".records"));
        append(1, 10);
        assertThat(position().next()).isEqualTo(107);
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Earliest());
        assertThat(node.result(reader.read(9, 9_999)).records())
                .extracting(ChannelRecord::seq)
                .containsExactly(106L);
    }

    @Test
    void recordsOfOneFileExpireOneAfterTheOther() {
        node.configure(CHANNEL, new Retention(60_000, ANY, ANY));
        for (int i = 0; i < 5; i++) {
            append(2, 10);
            node.pass(300);
            clock.advance(Duration.ofSeconds(10));
        }
        clock.advance(Duration.ofSeconds(11));
        node.pass(2_000);
        assertThat(position().first()).isEqualTo(3);
        clock.advance(Duration.ofSeconds(20));
        node.pass(2_000);
        assertThat(position().first()).isEqualTo(7);
    }

    @Test
    void recordsTakeNoMuchMoreBytesThanWanted() {
        node.configure(CHANNEL, new Retention(ANY, 20_000, ANY));
        for (int i = 0; i < 30; i++) {
            append(10, 1_000);
        }
        node.pass(2_000);
        long kept = position().next() - position().first();
        assertThat(kept).isBetween(19L, 19L + (SPARE_BYTES / 1_000));
    }

    /** A file, which here is shorter than a step of the index. */
    private static final long SPARE_BYTES = 16_000;

    @Test
    void aChannelThatKeepsEverythingIsNotTrimmed() {
        node.configure(CHANNEL, Retention.FOR_EVER);
        append(50, 100);
        clock.advance(Duration.ofDays(9_999));
        node.pass(2_000);
        assertThat(position().first()).isEqualTo(1);
    }
}
