package io.wkmq.cluster.sessions.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.MovedMessages;
import io.wkmq.session.MovedMessages.Owed;
import io.wkmq.session.MovedSession;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.SubscribeRequest;
import io.wkmq.session.SubscriptionOptions;
import io.wkmq.session.SubscriptionOptions.RetainHandling;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MoveRecordsTest {
    private static final long NOW_MS = 1_700_000_000_000L;
    private static final long THERE_MS = NOW_MS - 77_000; // the other node's clock is behind

    private static final MovedSession SESSION = new MovedSession(
            "größe",
            "user",
            5,
            0xFFFF_FFFFL,
            List.of(
                    new SubscribeRequest(
                            SubscriptionFilter.parse("a/+/#"),
                            SubscriptionOptions.of(Qos.EXACTLY_ONCE, true, false, RetainHandling.SEND_IF_NEW, 7)),
                    new SubscribeRequest(
                            SubscriptionFilter.parse("$share/g/b"),
                            SubscriptionOptions.of(Qos.AT_MOST_ONCE, false, true, RetainHandling.DO_NOT_SEND, 0))));

    private static Owed owed(String topic, byte[] payload, long expiresAtMs, String share, boolean recent) {
        MessageProperties properties =
                new MessageProperties(true, "text", "answer/to", new byte[] {7}, List.of(new UserProperty("n", "v")));
        Message message = new Message(
                TopicName.of(topic), payload, Qos.EXACTLY_ONCE, true, properties, "p", 3, expiresAtMs, 12_345);
        return new Owed(
                new StoredDelivery(
                        9,
                        message,
                        Qos.AT_LEAST_ONCE,
                        false,
                        new int[] {3, 4},
                        share.isEmpty() ? null : SubscriptionFilter.parse(share),
                        65_535,
                        StoredDelivery.State.SENT),
                recent);
    }

    private static byte[] bytes(List<byte[]> records) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        records.forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    private static void read(MoveReader reader, byte[] bytes, Random random) throws MalformedMessageException {
        int from = 0;
        while (from < bytes.length) {
            int to = Math.min(bytes.length, from + 1 + random.nextInt(40));
            reader.read(Arrays.copyOfRange(bytes, from, to), THERE_MS);
            from = to;
        }
    }

    @Test
    void sessionArrivesInWhateverPieces() throws MalformedMessageException {
        List<byte[]> records = new ArrayList<>();
        records.add(MoveRecords.of(SESSION));
        SESSION.subscriptions().forEach(each -> records.add(MoveRecords.of(each)));
        MoveReader reader = new MoveReader();
        read(reader, bytes(records), new Random(1));
        assertThat(reader.session()).isEqualTo(SESSION);

        Owed lasting = owed("t/1", new byte[300], Message.NEVER, "", true);
        Owed expiring = owed("t/2", new byte[0], NOW_MS + 10_000, "$share/g/b", false);
        read(
                reader,
                bytes(List.of(
                        MoveRecords.of(40_000), MoveRecords.of(lasting, NOW_MS), MoveRecords.of(expiring, NOW_MS))),
                new Random(2));
        MovedMessages messages = reader.messages();
        assertThat(messages.awaitingRelease()).containsExactly(40_000);
        assertThat(messages.deliveries()).hasSize(2);
        Message first = messages.deliveries().get(0).delivery().message();
        assertThat(first.number()).isEqualTo(12_345);
        assertThat(first.retain()).isTrue();
        assertThat(first.acceptedAtMs()).isEqualTo(3);
        assertThat(first.expiresAtMs()).isEqualTo(Message.NEVER);
        assertThat(first.properties().contentType()).isEqualTo("text");
        assertThat(messages.deliveries().get(0))
                .usingRecursiveComparison()
                .ignoringFields("delivery.sequence")
                .isEqualTo(lasting);
        StoredDelivery second = messages.deliveries().get(1).delivery();
        assertThat(second.message().expiresAtMs()).isEqualTo(THERE_MS + 10_000);
        assertThat(second.share()).isEqualTo(SubscriptionFilter.parse("$share/g/b"));
        assertThat(messages.deliveries().get(1).recent()).isFalse();
    }

    @Test
    void sessionThatIsNotCompleteIsRefused() throws MalformedMessageException {
        byte[] record = MoveRecords.of(SESSION);
        MoveReader reader = new MoveReader();
        assertThatThrownBy(reader::session).isInstanceOf(MalformedMessageException.class);
        reader.read(Arrays.copyOf(record, record.length - 1), NOW_MS);
        assertThatThrownBy(reader::session).hasMessageContaining("not told to its end");
    }

    @Test
    void recordsThatMakeNoSenseAreRefused() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<byte[]> records = List.of(
                MoveRecords.of(SESSION),
                MoveRecords.of(SESSION.subscriptions().get(0)),
                MoveRecords.of(1),
                MoveRecords.of(owed("t", new byte[20], NOW_MS, "", false), NOW_MS));
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = records.get(random.nextInt(records.size())).clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            MoveReader reader = new MoveReader();
            try {
                reader.read(damaged, NOW_MS);
                reader.messages();
            } catch (MalformedMessageException e) {
                refused++;
                assertThat(e.getMessage()).as("seed %s", seed).isNotEmpty();
            }
        }
        assertThat(refused).as("seed %s", seed).isPositive();
    }
}
