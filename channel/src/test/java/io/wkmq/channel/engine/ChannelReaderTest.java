package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.engine.ReadBatch.Gap;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.testing.ManualClock;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChannelReaderTest {
    private static final int CHANNEL = 3;
    private static final LocalOptions OPTIONS = SimNode.small(1, AppenderOptions.defaults());

    private final SimDisk disk = new SimDisk();
    private final ManualClock clock = new ManualClock();
    private SimNode node = open();
    private Appender appender = appender();
    private int published;

    private SimNode open() {
        try {
            return new SimNode(disk, OPTIONS);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Appender appender() {
        return new Appender(UUID.randomUUID(), node.log.of(0), node.loop, clock, OPTIONS.appender());
    }

    @BeforeEach
    void configure() {
        node.configure(CHANNEL, Retention.FOR_EVER);
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            appender.append(CHANNEL, SimNode.entry("m" + ++published)).whenComplete((appended, failure) -> {});
        }
        node.pass(5);
        assertThat(appender.bytes()).isZero();
    }

    private ReadBatch next(ChannelReader reader, int count) {
        return node.result(reader.read(count, 1_000_000));
    }

    private static List<Long> seqs(ReadBatch batch) {
        return batch.records().stream().map(ChannelRecord::seq).toList();
    }

    @Test
    void saysWhatTheChannelTakesOnDisk() {
        append(50);
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Next());
        assertThat(node.result(reader.bytes())).isBetween(50L * 2, 50L * 200);
    }

    @Test
    void readsFromTheFirstRecordOn() {
        append(5);
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Earliest());
        assertThat(reader.lag()).isEqualTo(5);
        assertThat(seqs(next(reader, 3))).containsExactly(1L, 2L, 3L);
        ReadBatch rest = next(reader, 3);
        assertThat(seqs(rest)).containsExactly(4L, 5L);
        assertThat(SimNode.text(rest.records().get(0).entry().body())).isEqualTo("m4");
        assertThat(rest.next()).isEqualTo(6);
    }

    @Test
    void beginsWhereItIsWanted() {
        append(5);
        assertThat(node.read(CHANNEL, new ReadStart.Next()).position()).isEqualTo(6);
        assertThat(node.read(CHANNEL, new ReadStart.Last(2)).position()).isEqualTo(4);
        assertThat(node.read(CHANNEL, new ReadStart.Last(9)).position()).isEqualTo(1);
        assertThat(node.read(CHANNEL, new ReadStart.Seq(3)).position()).isEqualTo(3);
        assertThat(node.read(CHANNEL, new ReadStart.Seq(99)).position()).isEqualTo(6);
        assertThat(node.read(CHANNEL, new ReadStart.Seq(-1)).position()).isEqualTo(1);
    }

    @Test
    void beginsAtATime() {
        append(2);
        long before = clock.millis();
        clock.advance(Duration.ofSeconds(10));
        append(2);
        assertThat(node.read(CHANNEL, new ReadStart.Time(before)).position()).isEqualTo(1);
        assertThat(node.read(CHANNEL, new ReadStart.Time(before + 1)).position())
                .isEqualTo(3);
        assertThat(node.read(CHANNEL, new ReadStart.Time(before + 10_001)).position())
                .isEqualTo(5);
    }

    @Test
    void waitsForWhatComes() {
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Next());
        CompletableFuture<ReadBatch> read = reader.read(10, 1_000_000).toCompletableFuture();
        node.work();
        assertThat(read).isNotDone();
        append(1);
        assertThat(seqs(read.join())).containsExactly(1L);
    }

    @Test
    void goesFromWhatIsThereToWhatComesWithoutAGap() {
        append(300);
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Earliest());
        long expected = 1;
        while (expected <= 400) {
            ReadBatch batch = next(reader, 7);
            assertThat(batch.gap()).isNull();
            for (ChannelRecord record : batch.records()) {
                assertThat(record.seq()).isEqualTo(expected++);
                assertThat(SimNode.text(record.entry().body())).isEqualTo("m" + record.seq());
            }
            if (published < 500) {
                append(5);
            }
        }
    }

    @Test
    void aReadTakesNoMoreBytesThanWanted() {
        append(10);
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Earliest());
        assertThat(seqs(node.result(reader.read(10, 1)))).containsExactly(1L);
        append(10);
        assertThat(seqs(node.result(reader.read(10, 70)))).containsExactly(2L, 3L);
    }

    @Test
    void recordsThatWereTrimmedAreTold() {
        append(10);
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Earliest());
        next(reader, 2);
        node.propose(CHANNEL, new GroupOp.Trim(CHANNEL, 8));
        ReadBatch batch = next(reader, 10);
        assertThat(batch.gap()).isEqualTo(new Gap(3, 7));
        assertThat(seqs(batch)).containsExactly(8L, 9L, 10L);
    }

    @Test
    void itIsToldThatAllRecordsWereTrimmed() {
        append(10);
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Seq(4));
        node.propose(CHANNEL, new GroupOp.Trim(CHANNEL, 11));
        ReadBatch batch = next(reader, 10);
        assertThat(batch.gap()).isEqualTo(new Gap(4, 10));
        assertThat(batch.records()).isEmpty();
        append(1);
        assertThat(seqs(next(reader, 10))).containsExactly(11L);
    }

    @Test
    void aDroppedChannelEndsTheRead() {
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Next());
        CompletableFuture<ReadBatch> read = reader.read(10, 1_000).toCompletableFuture();
        node.propose(CHANNEL, new GroupOp.Drop(CHANNEL));
        assertThatThrownBy(read::join).hasRootCauseInstanceOf(ChannelGoneException.class);
    }

    @Test
    void aChannelThatIsNotThereCannotBeRead() {
        assertThatThrownBy(() -> node.read(9, new ReadStart.Earliest()))
                .hasRootCauseInstanceOf(ChannelGoneException.class)
                .hasRootCauseMessage("There is no channel 9");
    }

    @Test
    void aClosedReaderReadsNothing() {
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Next());
        CompletableFuture<ReadBatch> read = reader.read(10, 1_000).toCompletableFuture();
        reader.close();
        assertThat(read).isCompletedExceptionally();
        append(1);
        assertThatThrownBy(() -> next(reader, 1)).hasMessageContaining("is closed");
    }

    @Test
    void oneReadAtATime() {
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Next());
        CompletableFuture<ReadBatch> read = reader.read(10, 1_000).toCompletableFuture();
        assertThatThrownBy(() -> reader.read(10, 1_000)).isInstanceOf(IllegalStateException.class);
        assertThat(read).isNotDone();
    }

    @Test
    void channelsThatAreReadStayInMemoryAndOthersDoNot() {
        for (int channel = 10; channel < 20; channel++) {
            node.configure(channel, Retention.FOR_EVER);
        }
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Next());
        node.pass(2_500);
        append(1);
        append(1);
        assertThat(node.replica(CHANNEL).live()).isLessThanOrEqualTo(3);
        assertThat(seqs(next(reader, 10))).containsExactly(1L, 2L);
    }

    @Test
    void manyQuietReadersDoNotKeepOtherChannelsInMemory() {
        for (int channel = 10; channel < 110; channel++) {
            node.configure(channel, Retention.FOR_EVER);
        }
        node.pass(1_500);
        for (int channel = 10; channel < 60; channel++) {
            assertThat(node.read(channel, new ReadStart.Next()).lag()).isZero();
        }
        for (int channel = 60; channel < 110; channel++) {
            assertThat(node.position(channel)).isNotNull();
        }
        for (int i = 0; i < 5; i++) {
            assertThat(node.position(10)).isNotNull();
        }
        assertThat(node.replica(CHANNEL).live()).isEqualTo(50);
    }

    @Test
    void whatIsReadWasWrittenInAnEarlierLife() {
        append(100);
        node.pass(10);
        node = open();
        appender = appender();
        ChannelReader reader = node.read(CHANNEL, new ReadStart.Last(2));
        ReadBatch batch = next(reader, 10);
        assertThat(SimNode.text(batch.records().get(1).entry().body())).isEqualTo("m100");
        append(1);
        assertThat(seqs(next(reader, 10))).containsExactly(101L);
    }
}
