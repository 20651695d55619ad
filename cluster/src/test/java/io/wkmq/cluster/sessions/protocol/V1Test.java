package io.wkmq.cluster.sessions.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.sessions.protocol.SessionMessage.Fate;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Fates;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Fence;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guard;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Guarded;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Held;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Kept;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Part;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Pull;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Reclaim;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Tell;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Told;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Verdict;
import io.wkmq.cluster.sessions.protocol.SessionMessage.Wish;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.Will;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class V1Test {
    private static final Will PLAIN =
            new Will(TopicName.of("w/1"), new byte[] {1, 2}, Qos.AT_MOST_ONCE, false, MessageProperties.NONE, -1, 0);
    private static final Will FULL = new Will(
            TopicName.of("größe"),
            new byte[300],
            Qos.EXACTLY_ONCE,
            true,
            new MessageProperties(true, "text", "answer/to", new byte[] {7}, List.of(new UserProperty("n", "v"))),
            60,
            0xFFFF_FFFFL,
            "größter");

    private static final List<SessionMessage> MESSAGES = List.of(
            new Tell(-7, List.of()),
            new Tell(
                    Long.MAX_VALUE,
                    List.of(
                            new Held("", 0, Wish.END, 0),
                            new Held("größe/\uD83D\uDE00", V1.EPOCH_LIMIT - 1, Wish.KEEP, 0),
                            new Held("c", 7, Wish.KEEP, V1.EPOCH_LIMIT - 1))),
            new Tell(1, List.of(new Held("x".repeat(65_535), 5, Wish.END, 4))),
            new Told(List.of()),
            new Told(List.of(
                    Verdict.YOURS,
                    Verdict.FORGETTING,
                    new Verdict(3, false, true, 0, false, false),
                    new Verdict(V1.EPOCH_LIMIT - 1, true, false, 7, true, false))),
            new Pull(5, "größe", V1.EPOCH_LIMIT - 1, 12),
            new Fence(-1, new NodeId(new UUID(-1, 2))),
            new Reclaim(3, true, List.of()),
            new Reclaim(-9, false, List.of(new Kept("", 0), new Kept("größe", V1.EPOCH_LIMIT - 1))),
            new Fates(List.of()),
            new Fates(List.of(Fate.values())));

    @Test
    void messagesArriveAsTheyWereSent() throws MalformedMessageException {
        for (SessionMessage message : MESSAGES) {
            assertThat(V1.decode(V1.encode(message))).isEqualTo(message);
        }
    }

    @Test
    void entriesTakeNoMoreBytesThanAnnounced() {
        int empty = V1.encode(new Tell(1, List.of())).length;
        for (String id : List.of("", "c", "größe", "\uD83D\uDE00")) {
            int size = V1.encode(new Tell(1, List.of(new Held(id, 1, Wish.END, 1)))).length;
            assertThat(size - empty).isLessThanOrEqualTo(V1.bytesMax(id));
        }
    }

    @Test
    void willsArriveAsTheyWereSent() throws MalformedMessageException {
        Guard sent = guard();
        Guard arrived = (Guard) V1.decode(V1.encode(sent));

        assertThat(arrived).usingRecursiveComparison().isEqualTo(sent);
    }

    private static Guard guard() {
        return new Guard(
                -3,
                9,
                true,
                List.of(new Guarded("a", 1, PLAIN, 0), new Guarded("b", 2, FULL, 30), new Guarded("c", 3, null, 0)));
    }

    @Test
    void partsArriveAsTheyWereSent() throws MalformedMessageException {
        for (Part part : List.of(Part.NONE, new Part(true, false, new byte[] {1, 2, 3}))) {
            assertThat(V1.decode(V1.encode(part))).usingRecursiveComparison().isEqualTo(part);
        }
    }

    @Test
    void everyMessageThatIsCutShortIsRefused() {
        List<SessionMessage> messages = new ArrayList<>(MESSAGES);
        messages.add(guard());
        for (SessionMessage message : messages) {
            byte[] bytes = V1.encode(message);
            for (int length = 0; length < Math.min(bytes.length, 100); length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> V1.decode(cut)).isInstanceOf(MalformedMessageException.class);
            }
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
            assertThatThrownBy(() -> V1.decode(longer)).isInstanceOf(MalformedMessageException.class);
        }
    }

    @Test
    void whatIsNotUnderstoodIsSaid() {
        assertThatThrownBy(() -> V1.decode(new byte[] {2, 1, 0, 0, 0, 0}))
                .hasMessageContaining("version 2; expected 1");
        assertThatThrownBy(() -> V1.decode(new byte[] {1, 9, 0, 0, 0, 0})).hasMessageContaining("type 9");
        assertThatThrownBy(() -> V1.decode(new byte[] {1, 2, 0x7F, 0, 0, 0})).hasMessageContaining("announces");
        assertThatThrownBy(() ->
                        V1.decode(new byte[] {1, 2, 0, 0, 0, 1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}))
                .hasMessageContaining("An epoch is");
        assertThatThrownBy(() -> V1.decode(new byte[] {1, 8, 0, 0, 0, 1, 3}))
                .hasMessageContaining("is 3; expected 0 to 2");
    }

    @Test
    void randomBytesAreRefusedOrRead() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(90)];
            random.nextBytes(bytes);
            if (bytes.length > 5 && random.nextBoolean()) {
                bytes[0] = 1;
                bytes[1] = (byte) (1 + random.nextInt(8));
                bytes[2] = 0;
                bytes[3] = 0;
                bytes[4] = 0;
                bytes[5] = (byte) random.nextInt(3);
            }
            try {
                SessionMessage message = V1.decode(bytes);
                assertThat(V1.encode(message)).as("seed %s", seed).hasSizeGreaterThanOrEqualTo(6);
            } catch (MalformedMessageException e) {
                assertThat(e.getMessage()).as("seed %s", seed).isNotEmpty();
            }
        }
    }
}
