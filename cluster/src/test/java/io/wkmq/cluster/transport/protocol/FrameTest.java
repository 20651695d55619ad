package io.wkmq.cluster.transport.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameTest {
    private final long seed = Long.getLong("wkmq.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomMessages messages = new RandomMessages(random);
    private final ManualClock clock = new ManualClock();
    private final List<Object> heard = new ArrayList<>();
    private final FrameReader reader = new FrameReader(new Notes(heard), clock);
    private final ByteBuf bytes = Unpooled.buffer();

    @Test
    void smallFramesSayWhatWasWritten() throws BadFrameException {
        FrameWriter.open(bytes, -5, 7);
        FrameWriter.opened(bytes, Long.MAX_VALUE);
        FrameWriter.acknowledgement(bytes, 9);
        FrameWriter.groupRefused(bytes, 10, 300);
        FrameWriter.failed(bytes, 11, "disk full");
        FrameWriter.heartbeat(bytes, 12);
        readAll();
        assertThat(heard)
                .containsExactly(
                        "open 1 -5 7",
                        "opened " + Long.MAX_VALUE,
                        "ack 9",
                        "refused 10 300",
                        "failed 11 disk full",
                        "heartbeat 12");
    }

    @Test
    void longReasonIsCut() throws BadFrameException {
        FrameWriter.failed(bytes, 1, "x".repeat(10_000));
        readAll();
        assertThat(heard).containsExactly("failed 1 " + "x".repeat(200));
    }

    @Test
    void anyMessageComesOutAsItWentIn() throws BadFrameException {
        for (int round = 0; round < 3_000; round++) {
            Message message = messages.message(clock.millis());
            List<SubscriptionFilter> groups = messages.groups();
            boolean plain = random.nextBoolean();
            FrameWriter.message(bytes, round, message, plain, groups, clock.millis());
            readAll();
            long seq = message.qos() == Qos.AT_MOST_ONCE ? 0 : round;
            assertThat(heard)
                    .describedAs("seed %s, round %s", seed, round)
                    .singleElement()
                    .satisfies(each -> {
                        Notes.Heard is = (Notes.Heard) each;
                        assertThat(is.seq()).isEqualTo(seq);
                        assertThat(is.plain()).isEqualTo(plain);
                        assertThat(is.groups()).isEqualTo(groups);
                        assertThat(Notes.fields(is.message())).isEqualTo(Notes.fields(message));
                    });
            heard.clear();
            bytes.clear();
        }
    }

    @Test
    void framesAreReadHoweverTheyAreSplit() throws BadFrameException {
        for (int i = 0; i < 20; i++) {
            FrameWriter.message(bytes, i, messages.message(clock.millis()), true, messages.groups(), clock.millis());
            FrameWriter.acknowledgement(bytes, i);
        }
        ByteBuf whole = bytes.copy();
        readAll();
        List<Object> wanted = List.copyOf(heard);
        heard.clear();
        ByteBuf pieces = Unpooled.buffer();
        while (whole.isReadable()) {
            pieces.writeBytes(whole, 1);
            boolean more = true;
            while (more) {
                more = reader.read(pieces);
            }
        }
        assertThat(heard).hasSize(wanted.size()).zipSatisfy(wanted, (each, other) -> {
            if (each instanceof Notes.Heard is && other instanceof Notes.Heard was) {
                assertThat(Notes.fields(is.message())).isEqualTo(Notes.fields(was.message()));
            } else {
                assertThat(each).isEqualTo(other);
            }
        });
    }

    @Test
    void whatIsLeftOfAMessagesLifeTravelsNotItsEnd() throws BadFrameException {
        long nowMs = clock.millis();
        FrameWriter.message(bytes, 1, expiring(nowMs + 5_000), true, List.of(), nowMs);
        FrameWriter.message(bytes, 2, expiring(nowMs - 5_000), true, List.of(), nowMs);
        FrameWriter.message(bytes, 3, expiring(Message.NEVER - 1), true, List.of(), nowMs);
        clock.advance(Duration.ofHours(1)); // the other node's clock
        readAll();
        assertThat(heard)
                .extracting(each -> ((Notes.Heard) each).message().expiresAtMs())
                .containsExactly(clock.millis() + 5_000, clock.millis(), Message.NEVER);
    }

    @Test
    void topicsAndPublishersAreToldApartHoweverAlikeTheyAre() throws BadFrameException {
        String all = "x".repeat(300);
        for (int round = 0; round < 5_000; round++) {
            int length = 1 + random.nextInt(300);
            int at = random.nextInt(length);
            char[] text = all.substring(0, length).toCharArray();
            text[at] = (char) ('a' + random.nextInt(26));
            String name = new String(text);
            Message message = new Message(
                    TopicName.of(name), new byte[0], Qos.AT_MOST_ONCE, false, MessageProperties.NONE, name, 0, 0);
            FrameWriter.message(bytes.clear(), 0, message, true, List.of(), 0);
            readAll();
            assertThat(heard)
                    .describedAs("seed %s, round %s", seed, round)
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(((Notes.Heard) each).message().topic().text())
                                .isEqualTo(name);
                        assertThat(((Notes.Heard) each).message().publisher()).isEqualTo(name);
                    });
            heard.clear();
        }
    }

    @Test
    void lengthThatNoFrameHasIsRefusedAtOnce() {
        for (int length : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> reader.read(Unpooled.buffer().writeInt(length)))
                    .isInstanceOf(BadFrameException.class)
                    .hasMessageContaining("A frame has " + length + " bytes");
        }
    }

    @Test
    void messageWithoutAValidTopicIsRefused() {
        Message message = expiring(Message.NEVER);
        FrameWriter.message(bytes, 1, message, true, List.of(), 0);
        bytes.setByte(bytes.indexOf(0, bytes.writerIndex(), (byte) 't'), '#');
        assertThatThrownBy(this::readAll).isInstanceOf(BadFrameException.class).hasMessageContaining("MQTT-4.7");
    }

    @Test
    void damagedFramesAreRefusedOrUnderstoodAndNothingElse() {
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            bytes.clear();
            if (random.nextInt(4) == 0) {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                bytes.writeInt(noise.length).writeBytes(noise);
            } else {
                FrameWriter.message(bytes, round, messages.message(0), true, messages.groups(), 0);
                for (int i = 1 + random.nextInt(3); i > 0; i--) {
                    bytes.setByte(random.nextInt(Math.min(bytes.writerIndex(), 80)), random.nextInt(256));
                }
            }
            try {
                readAll();
            } catch (BadFrameException e) {
                refused++;
                assertThat(e).describedAs("seed %s, round %s", seed, round).hasMessageMatching("(?s)A .+");
            }
            heard.clear();
        }
        assertThat(refused).describedAs("refused, seed %s", seed).isGreaterThan(1_000);
    }

    private static Message expiring(long atMs) {
        return new Message(
                TopicName.of("t"), new byte[1], Qos.AT_LEAST_ONCE, false, MessageProperties.NONE, "p", 0, atMs);
    }

    private void readAll() throws BadFrameException {
        boolean more = true;
        while (more) {
            more = reader.read(bytes);
        }
    }
}
