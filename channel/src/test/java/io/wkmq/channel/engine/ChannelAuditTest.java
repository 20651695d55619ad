package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.audit.AuditAnswer;
import io.wkmq.channel.audit.AuditQuestion;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.routing.TopicFilter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the audit of a node's own records, on a real disk. */
@Timeout(60)
final class ChannelAuditTest {
    private static final int CHANNEL = 1;
    private static final int MESSAGES = 1_000;

    @TempDir
    Path directory;

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private LocalEngine open() throws IOException {
        return LocalEngine.open(directory, LocalOptions.defaults(), Clock.systemUTC());
    }

    private void fill(LocalEngine engine) {
        get(engine.configure(CHANNEL, SimNode.rules(Retention.FOR_EVER)));
        CompletionStage<Appended> latest = engine.append(CHANNEL, SimNode.entry("message 1"));
        for (int i = 2; i <= MESSAGES; i++) {
            latest = engine.append(CHANNEL, SimNode.entry("message " + i));
        }
        assertThat(get(latest).seq()).isEqualTo(MESSAGES);
    }

    private static ChannelVersion verify(LocalEngine engine) throws ChannelException {
        ReplicaComparison comparison = new ReplicaComparison("plant", CHANNEL, engine.auditees());
        comparison.compare();
        return comparison.verify();
    }

    /** Flips a bit of a message in the channel's file. */
    private void flip(String message) throws IOException {
        Path file;
        try (Stream<Path> files = Files.walk(directory)) {
            file = files.filter(each -> String.valueOf(each.getFileName()).startsWith("c" + CHANNEL + "-"))
                    .findFirst()
                    .orElseThrow();
        }
        int at = Files.readString(file, StandardCharsets.ISO_8859_1).indexOf(message);
        assertThat(at).isPositive();
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int flipped = bytes.read() ^ 1;
            bytes.seek(at);
            bytes.write(flipped);
        }
    }

    @Test
    void whatIsOnDiskAsItWasWrittenIsSound() throws Exception {
        try (LocalEngine engine = open()) {
            fill(engine);

            ChannelVersion version = verify(engine);

            assertThat(version.sound()).isTrue();
            assertThat(version.last()).isEqualTo(MESSAGES);
            assertThat(version.records()).isEqualTo(MESSAGES);
            assertThat(version.replicas()).hasSize(1);
        }
    }

    @Test
    void aFlippedBitIsFoundAndTheRecordNamed() throws Exception {
        try (LocalEngine engine = open()) {
            fill(engine);
            flip("message 777");

            ChannelVersion version = verify(engine);

            assertThat(version.sound()).isFalse();
            assertThat(version.replicas().get(0).problem()).startsWith("record 777 is damaged");
            assertThat(version.replicas().get(0).digest()).isNotNull();
        }
    }

    @Test
    void theDigestOfAnEarlierRecordIsWhatItWasThen() throws Exception {
        try (LocalEngine engine = open()) {
            get(engine.configure(CHANNEL, SimNode.rules(Retention.FOR_EVER)));
            Auditee own = engine.auditees().get(0);
            AuditAnswer[] then = new AuditAnswer[20];
            for (int seq = 1; seq < then.length; seq++) {
                get(engine.append(CHANNEL, SimNode.entry("m" + seq)));
                then[seq] = get(own.asks().apply(new AuditQuestion.Prefix(CHANNEL, seq)));
                assertThat(then[seq]).isInstanceOf(AuditAnswer.Prefix.class);
            }
            assertThat(Arrays.asList(then).subList(1, then.length)).doesNotHaveDuplicates();
            for (int seq = 1; seq < then.length; seq++) {
                assertThat(get(own.asks().apply(new AuditQuestion.Prefix(CHANNEL, seq))))
                        .isEqualTo(then[seq]);
            }
            assertThat(get(own.asks().apply(new AuditQuestion.Prefix(CHANNEL, then.length))))
                    .isInstanceOf(AuditAnswer.Refused.class);
        }
    }

    @Test
    void whatWasTrimmedIsSaid() throws Exception {
        try (LocalEngine engine = open()) {
            fill(engine);
            get(engine.trim(CHANNEL, 300));

            assertThat(get(engine.auditees().get(0).asks().apply(new AuditQuestion.Range(CHANNEL, 1, 400))))
                    .isEqualTo(new AuditAnswer.Trimmed(300));
            assertThat(verify(engine).records()).isEqualTo(MESSAGES - 299);
        }
    }

    @Test
    void noMoreThanTwoVerifyAtATime() throws Exception {
        try (NodeChannels channels = NodeChannels.open(directory, LocalOptions.defaults(), Clock.systemUTC())) {
            channels.changes().create("plant", TopicFilter.of("plant/#"), ChannelSettings.DEFAULT);
            ChannelAudit audit = new ChannelAudit(channels);
            channels.verifying().acquire();
            assertThat(audit.verify(List.of("plant", "plant"), () -> {})).hasSize(2);
            channels.verifying().acquire();

            assertThatThrownBy(() -> audit.verify(List.of("plant"), () -> {}))
                    .isInstanceOf(ChannelException.class)
                    .hasMessage(
                            "Channels are being verified 2 times on this node already; try it again when one of that is"
                                    + " done");
            channels.verifying().release();
            assertThatThrownBy(() -> audit.verify(List.of("none"), () -> {})).hasMessage("There is no channel none");
            assertThat(audit.verify(List.of("plant"), () -> {}))
                    .as("what failed holds nothing")
                    .hasSize(1);
        }
    }

    @Test
    void whoWaitsHearsThatItGoesOnAndMayEndIt() throws Exception {
        try (NodeChannels channels = NodeChannels.open(directory, LocalOptions.defaults(), Clock.systemUTC())) {
            channels.changes().create("plant", TopicFilter.of("plant/#"), ChannelSettings.DEFAULT);
            ChannelAudit audit = new ChannelAudit(channels);
            AtomicInteger told = new AtomicInteger();
            assertThat(audit.verify(List.of("plant"), told::incrementAndGet)).hasSize(1);
            assertThat(told).hasPositiveValue();

            for (int i = 0; i <= NodeChannels.VERIFYING_MAX; i++) {
                assertThatThrownBy(() -> audit.verify(List.of("plant"), () -> {
                            throw new IllegalStateException("nobody waits");
                        }))
                        .hasMessage("nobody waits");
            }
            assertThat(audit.verify(List.of("plant"), () -> {}))
                    .as("what was ended holds nothing")
                    .hasSize(1);
        }
    }

    @Test
    void channelsThatAreNotThereAreNotCompared() throws Exception {
        try (LocalEngine engine = open()) {
            assertThat(verify(engine).replicas().get(0).problem()).contains("no such channel");
        }
        try (NodeChannels channels = NodeChannels.open(directory, LocalOptions.defaults(), Clock.systemUTC())) {
            assertThatThrownBy(() -> new ChannelAudit(channels).compare("none"))
                    .isInstanceOf(ChannelException.class)
                    .hasMessage("There is no channel none");
        }
    }
}
