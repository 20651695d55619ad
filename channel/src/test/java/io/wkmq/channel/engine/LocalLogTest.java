package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.Retention;
import io.wkmq.testing.ManualClock;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LocalLogTest {
    private static final long RESERVE_BYTES = 1 << 20;
    private static final LocalOptions OPTIONS = new LocalOptions(
            1,
            64 << 10,
            64 << 20,
            Duration.ofSeconds(1),
            RESERVE_BYTES,
            100_000,
            6,
            2,
            Duration.ofHours(1),
            AppenderOptions.defaults(),
            ScrubOptions.defaults());

    private final SimDisk disk = new SimDisk();
    private final SimNode node = open();
    private final Appender appender =
            new Appender(UUID.randomUUID(), node.log.of(0), node.loop, new ManualClock(), OPTIONS.appender());

    private SimNode open() {
        try {
            SimNode opened = new SimNode(disk, OPTIONS);
            opened.configure(1, Retention.FOR_EVER);
            return opened;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private CompletableFuture<Appended> append() {
        return appender.append(1, SimNode.entry("x".repeat(1_000))).toCompletableFuture();
    }

    @Test
    void messagesWaitWhileTheDiskHasTooLittleSpace() {
        disk.capacity(disk.usedBytes() + RESERVE_BYTES - 1);
        node.pass(1_100);
        assertThat(node.log.trouble()).contains("bytes left; expected at least 1048576");
        CompletableFuture<Appended> waits = append();
        node.pass(2_000);
        assertThat(waits).isNotDone();
        disk.capacity(Long.MAX_VALUE);
        node.pass(1_100);
        assertThat(waits.join().outcome()).isEqualTo(Outcome.APPENDED);
        assertThat(node.log.trouble()).isNull();
    }

    @Test
    void theReserveIsNotRunPastHoweverMuchComesAtOnce() {
        disk.capacity(disk.usedBytes() + 3 * RESERVE_BYTES);
        Appender fast = new Appender(
                UUID.randomUUID(),
                node.log.of(0),
                node.loop,
                new ManualClock(),
                new AppenderOptions(256, 64 << 10, 1, 4, 60_000, 700, 4, 32 << 20));
        List<CompletableFuture<Appended>> all = new ArrayList<>();
        for (int i = 0; i < 6_000; i++) {
            all.add(fast.append(1, SimNode.entry("x".repeat(1_000))).toCompletableFuture());
        }
        node.pass(900);
        assertThat(node.log.trouble()).contains("bytes left; expected at least 1048576");
        assertThat(all).anyMatch(CompletableFuture::isDone).anyMatch(appended -> !appended.isDone());
        disk.capacity(Long.MAX_VALUE);
        node.pass(3_000);
        assertThat(node.log.trouble()).isNull();
        assertThat(all).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void retentionMakesSpaceOnAFullDisk() {
        ManualClock clock = new ManualClock();
        new RetentionSweep(
                        node.replica(2),
                        node.store.table(),
                        node.log.of(0),
                        node.loop,
                        node.background,
                        clock,
                        500,
                        () -> true)
                .start();
        node.configure(2, new Retention(60_000, Long.MAX_VALUE, Long.MAX_VALUE));
        Appender expiring = new Appender(UUID.randomUUID(), node.log.of(0), node.loop, clock, OPTIONS.appender());
        for (int i = 0; i < 500; i++) {
            expiring.append(2, SimNode.entry("x".repeat(1_000))).whenComplete((appended, failure) -> {});
        }
        node.pass(2_500);
        assertThat(expiring.bytes()).isZero();
        disk.capacity(disk.usedBytes() + RESERVE_BYTES - 1);
        node.pass(1_100);
        assertThat(node.log.trouble()).contains("bytes left");
        CompletableFuture<Appended> waits = append();
        node.pass(1_100);
        assertThat(waits).isNotDone();
        clock.advance(Duration.ofSeconds(61));
        node.pass(4_000);
        assertThat(waits.join().outcome()).isEqualTo(Outcome.APPENDED);
        assertThat(node.log.trouble()).isNull();
    }

    @Test
    void messagesThatWaitTooLongForSpaceAreGivenUp() {
        disk.capacity(disk.usedBytes() + RESERVE_BYTES - 1);
        node.pass(1_100);
        CompletableFuture<Appended> waits = append();
        node.pass(OPTIONS.appender().deadlineMs() + 1_000);
        assertThat(waits).isCompletedExceptionally();
        disk.capacity(Long.MAX_VALUE);
        node.pass(1_100);
        CompletableFuture<Appended> next = append();
        node.pass(10);
        assertThat(next.join().seq()).isEqualTo(1);
    }
}
