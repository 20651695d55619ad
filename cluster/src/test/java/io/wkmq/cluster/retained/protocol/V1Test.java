package io.wkmq.cluster.retained.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.wkmq.cluster.retained.protocol.SyncMessage.Changes;
import io.wkmq.cluster.retained.protocol.SyncMessage.Differing;
import io.wkmq.cluster.retained.protocol.SyncMessage.Digest;
import io.wkmq.cluster.retained.protocol.SyncMessage.Group;
import io.wkmq.cluster.retained.protocol.SyncMessage.Large;
import io.wkmq.cluster.retained.protocol.SyncMessage.Noted;
import io.wkmq.cluster.retained.protocol.SyncMessage.Part;
import io.wkmq.cluster.retained.protocol.SyncMessage.Pull;
import io.wkmq.cluster.retained.protocol.SyncMessage.PullPart;
import io.wkmq.cluster.retained.protocol.SyncMessage.Pulled;
import io.wkmq.cluster.retained.protocol.SyncMessage.Wanted;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.StampedMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class V1Test {
    private static final int GROUP_BUCKETS = RetainedMessages.BUCKETS / RetainedMessages.GROUPS;

    private final Random random = new Random(11);

    private StampedMessage entry(int number) {
        byte[] payload = new byte[random.nextInt(300)];
        random.nextBytes(payload);
        MessageProperties properties = new MessageProperties(
                random.nextBoolean(),
                random.nextBoolean() ? "text/plain" : null,
                random.nextBoolean() ? "reply/ü" : null,
                random.nextBoolean() ? new byte[] {1, 2, 3} : null,
                List.of(new UserProperty("a", "1"), new UserProperty("a", "😀")));
        return new StampedMessage(
                new Message(
                        TopicName.of("t/ü/" + number),
                        payload,
                        Qos.of(random.nextInt(3)),
                        true,
                        random.nextBoolean() ? MessageProperties.NONE : properties,
                        "publisher " + number,
                        1_700_000_000_000L + number,
                        random.nextBoolean() ? Message.NEVER : random.nextLong() >>> 1),
                random.nextLong() >>> 2,
                new NodeId(new UUID(random.nextLong(), random.nextLong())));
    }

    private Entries entries(int count) {
        Entries.Writer writer = new Entries.Writer();
        for (int i = 0; i < count; i++) {
            writer.add(entry(i));
        }
        return writer.finish();
    }

    private long[] numbers(int count) {
        return random.longs(count).toArray();
    }

    private List<SyncMessage> all() {
        TopicName topic = TopicName.of("a/b");
        return List.of(
                new Changes(entries(5)),
                new Digest(-5, numbers(RetainedMessages.GROUPS)),
                new Differing(List.of(
                        new Group(0, numbers(GROUP_BUCKETS)),
                        new Group(RetainedMessages.GROUPS - 1, numbers(GROUP_BUCKETS)))),
                new Differing(List.of()),
                new Pull(List.of(new Wanted(0, numbers(0)), new Wanted(RetainedMessages.BUCKETS - 1, numbers(200)))),
                new Pulled(true, List.of(new Large(topic, 9, 1 << 20)), entries(3)),
                new Pulled(false, List.of(), entries(0)),
                new PullPart(topic, -9, 1 << 19),
                new Part(1 << 20, new byte[] {1, 2, 3}),
                new Noted());
    }

    @Test
    void everyMessageSurvivesTheWay() throws MalformedMessageException {
        for (SyncMessage message : all()) {
            byte[] bytes = V1.encode(message);
            assertThat(V1.decode(bytes)).usingRecursiveComparison().isEqualTo(message);
            assertThat(V1.encode(V1.decode(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void entriesSurviveTheWay() throws MalformedMessageException {
        List<StampedMessage> written = new ArrayList<>();
        Entries.Writer writer = new Entries.Writer();
        for (int i = 0; i < 200; i++) {
            StampedMessage entry = entry(i);
            written.add(entry);
            writer.add(entry);
        }
        List<StampedMessage> read = writer.finish().list();
        assertThat(read).usingRecursiveComparison().isEqualTo(written);
        assertThat(read.stream().map(RetainedMessages::hashOf))
                .isEqualTo(written.stream().map(RetainedMessages::hashOf).toList());
    }

    @Test
    void anotherVersionIsNotUnderstood() {
        byte[] bytes = V1.encode(new Noted());
        bytes[0] = 2;
        assertThatExceptionOfType(MalformedMessageException.class)
                .isThrownBy(() -> V1.decode(bytes))
                .withMessageContaining("version 2");
    }

    @Test
    void whateverTheBytesAreTheyAreRefusedOrUnderstood() {
        long seed = System.nanoTime();
        System.out.println("V1Test seed " + seed);
        Random damage = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            List<SyncMessage> messages = i % 100 == 0 ? all() : List.of(new Changes(entries(2)), new Noted());
            byte[] bytes = V1.encode(messages.get(damage.nextInt(messages.size())));
            for (int flips = 1 + damage.nextInt(3); flips > 0; flips--) {
                bytes[damage.nextInt(bytes.length)] = (byte) damage.nextInt();
            }
            try {
                SyncMessage message = V1.decode(Arrays.copyOf(bytes, damage.nextInt(bytes.length) + 1));
                if (message instanceof Changes changes) {
                    assertThat(changes.entries().list()).isNotNull();
                }
            } catch (MalformedMessageException e) {
                refused++;
            }
        }
        assertThat(refused).as("seed %s", seed).isPositive();
    }
}
