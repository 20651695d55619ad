package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.engine.MessageEntries;
import io.wkmq.channel.engine.ReadBatch;
import io.wkmq.channel.engine.ReadBatch.Gap;
import io.wkmq.channel.engine.RecordSource;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests that a replay reads the next records while it sends some. */
class ReplayAheadTest {
    private final TestNode node = TestNode.inMemory();
    private final TestClient client = node.client("c").connect();
    private final Reads reads = new Reads();

    /** A channel's reader whose reads are answered by the test. */
    private static final class Reads implements RecordSource {
        private final List<CompletableFuture<ReadBatch>> all = new ArrayList<>();

        @Override
        public CompletionStage<ReadBatch> read(int count, long bytes) {
            CompletableFuture<ReadBatch> read = new CompletableFuture<>();
            all.add(read);
            return read;
        }

        @Override
        public void close() {}
    }

    private void replay() {
        ReplayRequest request = new ReplayRequest(
                "$ch/plant/#",
                "plant",
                "$ch/plant/",
                TopicFilter.of("#"),
                SubscriptionOptions.mqtt3(Qos.AT_MOST_ONCE),
                null,
                () -> CompletableFuture.completedFuture(reads));
        client.act(session -> session.replay(request));
    }

    private void answer(int read, @Nullable Gap gap, long first, long last) {
        List<ChannelRecord> records = LongStream.rangeClosed(first, last)
                .mapToObj(ReplayAheadTest::record)
                .toList();
        reads.all.get(read).complete(new ReadBatch(gap, records, last + 1));
        node.run();
    }

    private static ChannelRecord record(long seq) {
        Message message = new Message(
                TopicName.of("plant/a"),
                Long.toString(seq).getBytes(StandardCharsets.UTF_8),
                Qos.AT_LEAST_ONCE,
                false,
                MessageProperties.NONE,
                "publisher",
                0,
                Message.NEVER);
        return new ChannelRecord(seq, 0, 1, MessageEntries.entry(message, "scope"));
    }

    private void writable(int publishes) {
        client.link().writableFor(publishes);
        client.act(Session::linkWritable);
    }

    private List<String> payloads() {
        return client.link().deliveries().stream()
                .map(delivery -> new String(delivery.message().payload(), StandardCharsets.UTF_8))
                .toList();
    }

    /** The {@code wk-gap} of each message. */
    private List<String> gaps() {
        return client.link().deliveries().stream()
                .map(delivery -> delivery.message().properties().userProperties().stream()
                        .filter(property -> property.name().equals("wk-gap"))
                        .map(UserProperty::value)
                        .findFirst()
                        .orElse("none"))
                .toList();
    }

    @Test
    void oneReadIsAheadOfWhatIsSent() {
        client.link().writableFor(1);
        replay();
        answer(0, null, 1, 3);
        assertThat(payloads()).containsExactly("1");
        assertThat(reads.all).hasSize(2);

        answer(1, null, 4, 5);
        assertThat(reads.all).hasSize(2);
        writable(3);
        assertThat(payloads()).containsExactly("1", "2", "3", "4");
        assertThat(reads.all).hasSize(3);
    }

    @Test
    void aGapIsToldInFrontOfTheRecordBehindIt() {
        client.link().writableFor(1);
        replay();
        answer(0, null, 1, 2);
        answer(1, new Gap(3, 5), 6, 5);
        answer(2, new Gap(6, 7), 8, 9);
        writable(9);

        assertThat(payloads()).containsExactly("1", "2", "8", "9");
        assertThat(gaps()).containsExactly("none", "none", "3-7", "none");
    }

    @Test
    void whatIsInFrontOfAFailureIsSent() {
        client.link().writableFor(1);
        replay();
        answer(0, null, 1, 2);
        reads.all.get(1).completeExceptionally(new IOException("made by the test"));
        node.run();
        assertThat(client.link().closed()).isNull();

        writable(9);
        node.run();
        assertThat(payloads()).containsExactly("1", "2");
        assertThat(client.link().closed()).isEqualTo(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
    }
}
