package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.Receipt;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RetainedMessagesTest {
    /** A clock that stands still until a test advances it. */
    private static final class StillClock extends Clock {
        private final AtomicLong nowMs = new AtomicLong(1_000_000);

        private long now() {
            return nowMs.get();
        }

        private void pass(long ms) {
            nowMs.addAndGet(ms);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("Not needed");
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(nowMs.get());
        }
    }

    private static final class Taker implements HandOver {
        private int expected;
        private int done;
        private @Nullable String failure;

        @Override
        public void expect() {
            expected++;
        }

        @Override
        public void done() {
            done++;
        }

        @Override
        public void failed(String reason) {
            failure = reason;
        }
    }

    private static final Duration KEPT = Duration.ofSeconds(100);

    private final StillClock clock = new StillClock();
    private final InMemoryRetainedStore store = new InMemoryRetainedStore();
    private final RetainedMessages retained = retained(RetainedLimits.defaults());

    private RetainedMessages retained(RetainedLimits limits) {
        return new RetainedMessages(Samples.NODE, limits, KEPT, store, clock, 42);
    }

    private static Message message(String topic, String payload, Qos qos, long expiresAtMs) {
        return new Message(
                TopicName.of(topic),
                payload.getBytes(StandardCharsets.UTF_8),
                qos,
                true,
                MessageProperties.NONE,
                "publisher",
                0,
                expiresAtMs);
    }

    private static Message message(String topic, String payload) {
        return message(topic, payload, Qos.AT_LEAST_ONCE, Message.NEVER);
    }

    private static List<String> read(RetainedMessages from, String filter) {
        List<String> found = new ArrayList<>();
        Retained.Cursor cursor = from.matching(TopicFilter.of(filter));
        Message message = cursor.next();
        while (message != null) {
            found.add(message.topic() + "=" + new String(message.payload(), StandardCharsets.UTF_8));
            message = cursor.next();
        }
        found.sort(null);
        return found;
    }

    private void retain(Message message) {
        retained.retain(message, HandOver.NONE);
    }

    @Test
    void theLastMessageOfATopicIsRetained() {
        retain(message("a/b", "old"));
        retain(message("a/b", "new"));
        retain(message("a/c", "other"));

        assertThat(read(retained, "a/b")).containsExactly("a/b=new");
        assertThat(read(retained, "a/+")).containsExactly("a/b=new", "a/c=other");
        assertThat(read(retained, "b/#")).isEmpty();
        assertThat(store.messages()).containsOnlyKeys("a/b", "a/c");
        assertThat(retained.statistics().count()).isEqualTo(2);
    }

    @Test
    void anEmptyPayloadClearsItsTopic() {
        retain(message("a", "x"));
        retain(message("a", ""));
        retain(message("never there", ""));

        assertThat(read(retained, "#")).isEmpty();
        assertThat(store.messages()).isEmpty();
        assertThat(retained.statistics().bytes()).isZero();
        assertThat(retained.statistics().count()).isZero();
    }

    @Test
    void aRemovalKeepsItsPlaceInAChannelAndNothingElse() {
        Receipt receipt = new Receipt("plant", 6, 1, 0, false);
        Message clears = receipt.on(message("a", ""));
        retain(message("a", "old"));
        retain(new Message(
                clears.topic(),
                clears.payload(),
                clears.qos(),
                true,
                new MessageProperties(
                        false, "text/plain", null, null, clears.properties().userProperties()),
                "publisher",
                0,
                Message.NEVER));

        Message removal = Objects.requireNonNull(retained.find(TopicName.of("a")));
        assertThat(new Receipt("plant", 5, 1, 0, true).before(removal)).isTrue();
        assertThat(new Receipt("plant", 6, 1, 0, true).before(removal)).isFalse();
        assertThat(removal.properties().contentType()).isNull();
        assertThat(removal.properties().userProperties()).hasSize(2);
    }

    @Test
    void theQosIsKept() {
        retain(message("a", "x", Qos.EXACTLY_ONCE, Message.NEVER));

        Message read = retained.matching(TopicFilter.of("a")).next();
        assertThat(Objects.requireNonNull(read).qos()).isEqualTo(Qos.EXACTLY_ONCE);
    }

    @Test
    void aWildcardDoesNotSeeTopicsOfTheSystem() {
        retain(message("$SYS/x", "1"));
        retain(message("x", "2"));

        assertThat(read(retained, "#")).containsExactly("x=2");
        assertThat(read(retained, "$SYS/#")).containsExactly("$SYS/x=1");
    }

    @Test
    void aCursorGoesOnAfterChanges() {
        for (int i = 0; i < 100; i++) {
            retain(message("t/" + i, "old"));
        }
        Retained.Cursor cursor = retained.matching(TopicFilter.of("t/#"));
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Message message = Objects.requireNonNull(cursor.next());
            seen.add(message.topic().text());
        }
        for (int i = 0; i < 100; i++) {
            retain(message("t/" + i, "new"));
        }
        Message message = cursor.next();
        while (message != null) {
            assertThat(new String(message.payload(), StandardCharsets.UTF_8)).isEqualTo("new");
            seen.add(message.topic().text());
            message = cursor.next();
        }
        assertThat(seen).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void anExpiredMessageIsNotReadAndGoesAway() {
        retain(message("a", "x", Qos.AT_LEAST_ONCE, clock.now() + 10));
        retain(message("b", "stays"));
        clock.pass(9);
        assertThat(read(retained, "#")).containsExactly("a=x", "b=stays");

        clock.pass(1);
        assertThat(read(retained, "#")).containsExactly("b=stays");
        assertThat(retained.statistics().expired()).isEqualTo(1);
        assertThat(retained.statistics().count()).isEqualTo(1);
        assertThat(store.messages()).containsOnlyKeys("b");
    }

    @Test
    void aSweepRemovesExpiredMessagesSomeAtATime() {
        for (int i = 0; i < 10; i++) {
            retain(message("t/" + i, "x", Qos.AT_LEAST_ONCE, clock.now() + i));
        }
        retain(message("$SYS/t", "x", Qos.AT_LEAST_ONCE, clock.now() + 1));
        clock.pass(6);

        assertThat(retained.sweep(5)).isEqualTo(5);
        assertThat(retained.statistics().count()).isEqualTo(6);
        assertThat(retained.sweep(5)).isEqualTo(3);
        assertThat(retained.sweep(5)).isZero();
        assertThat(store.messages()).containsOnlyKeys("t/7", "t/8", "t/9");
    }

    @Test
    void aReplacedMessageDoesNotTakeItsSuccessorAlong() {
        retain(message("a", "old", Qos.AT_LEAST_ONCE, clock.now() + 10));
        retain(message("a", "new", Qos.AT_LEAST_ONCE, clock.now() + 10_000));
        retain(message("b", "old", Qos.AT_LEAST_ONCE, clock.now() + 10));
        retain(message("b", "forever"));
        retain(message("c", "old", Qos.AT_LEAST_ONCE, clock.now() + 20));
        retain(message("c", "same time", Qos.AT_LEAST_ONCE, clock.now() + 20));
        clock.pass(15);

        assertThat(retained.sweep(100)).isZero();
        assertThat(read(retained, "#")).containsExactly("a=new", "b=forever", "c=same time");
        clock.pass(10);
        assertThat(retained.sweep(100)).isEqualTo(1);
        assertThat(read(retained, "#")).containsExactly("a=new", "b=forever");
    }

    @Test
    void beyondTheCountNewTopicsAreRefusedAndOldOnesGoOn() {
        RetainedMessages two = retained(new RetainedLimits(2, 1_000_000, 1000, 0));
        two.retain(message("a", "1"), HandOver.NONE);
        two.retain(message("b", "1"), HandOver.NONE);
        two.retain(message("c", "1"), HandOver.NONE);
        two.retain(message("a", "2"), HandOver.NONE);

        assertThat(read(two, "#")).containsExactly("a=2", "b=1");
        assertThat(two.statistics().refusedByCount()).isEqualTo(1);
        assertThat(store.messages()).containsOnlyKeys("a", "b");

        two.retain(message("b", ""), HandOver.NONE);
        two.retain(message("c", "2"), HandOver.NONE);
        assertThat(read(two, "#")).containsExactly("a=2", "c=2");
    }

    @Test
    void beyondTheBytesTheTopicKeepsWhatItHad() {
        long bytes = message("a", "1").bytes();
        RetainedMessages small = retained(new RetainedLimits(10, 2 * bytes + 5, 1000, 0));
        small.retain(message("a", "1"), HandOver.NONE);
        small.retain(message("b", "1"), HandOver.NONE);
        small.retain(message("a", "1234567"), HandOver.NONE);
        small.retain(message("c", "1"), HandOver.NONE);

        assertThat(read(small, "#")).containsExactly("a=1", "b=1");
        assertThat(small.statistics().refusedByBytes()).isEqualTo(2);
        assertThat(small.statistics().bytes()).isEqualTo(2 * bytes);

        small.retain(message("a", "123456"), HandOver.NONE);
        assertThat(read(small, "#")).containsExactly("a=123456", "b=1");
    }

    @Test
    void aPayloadThatIsTooLargeIsRefused() {
        RetainedMessages small = retained(new RetainedLimits(10, 1_000_000, 5, 0));
        Taker taker = new Taker();
        small.retain(message("a", "12345"), HandOver.NONE);
        small.retain(message("a", "123456"), taker);

        assertThat(read(small, "#")).containsExactly("a=12345");
        assertThat(small.statistics().refusedByPayload()).isEqualTo(1);
        assertThat(taker.expected).as("nobody waits for what is not retained").isZero();
    }

    @Test
    void aPublisherWaitsUntilItsMessageIsDurable() {
        store.holdFlushes();
        Taker taker = new Taker();
        retained.retain(message("a", "x"), taker);
        assertThat(taker.expected).isEqualTo(1);
        assertThat(taker.done).isZero();

        store.completeFlushes();
        assertThat(taker.done).isEqualTo(1);

        Taker clearing = new Taker();
        retained.retain(message("a", ""), clearing);
        assertThat(clearing.expected).isEqualTo(1);
        assertThat(clearing.done).isZero();
    }

    @Test
    void aPublisherLearnsThatItsMessageIsNotDurable() {
        store.fail("the disk is broken");
        Taker taker = new Taker();
        retained.retain(message("a", "x"), taker);

        assertThat(taker.failure).isEqualTo("the disk is broken");
        assertThat(taker.done).isZero();
    }

    @Test
    void nobodyWaitsForQos0OrWithoutAStore() {
        store.holdFlushes();
        Taker taker = new Taker();
        retained.retain(message("a", "x", Qos.AT_MOST_ONCE, Message.NEVER), taker);
        new RetainedMessages(Samples.NODE, RetainedLimits.defaults(), KEPT, null, clock, 1)
                .retain(message("a", "x"), taker);

        assertThat(taker.expected).isZero();
        assertThat(store.messages()).containsOnlyKeys("a");
    }

    @Test
    void aRestartBringsBackWhatHasNotExpired() {
        retain(message("a", "x"));
        retain(message("soon", "x", Qos.AT_LEAST_ONCE, clock.now() + 5));
        retain(message("later", "x", Qos.AT_LEAST_ONCE, clock.now() + 50));
        clock.pass(10);
        RetainedMessages restarted = retained(new RetainedLimits(1, 1, 1000, 0));
        restarted.restore();

        assertThat(read(restarted, "#")).containsExactly("a=x", "later=x");
        assertThat(store.messages()).containsOnlyKeys("a", "later");
        assertThat(restarted.statistics().bytes()).isPositive();
        restarted.retain(message("b", "x"), HandOver.NONE);
        assertThat(restarted.statistics().refusedByCount()).isEqualTo(1);

        clock.pass(50);
        assertThat(restarted.sweep(10)).isEqualTo(1);
    }

    @Test
    void memoryAndStoreAgreeWhateverThreadsDo() throws InterruptedException {
        long seed = System.nanoTime();
        System.out.println("RetainedMessagesTest seed " + seed);
        int threads = 4;
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Random random = new Random(seed + t);
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                for (int i = 0; i < 5000; i++) {
                    change(random);
                }
            });
            thread.start();
            running.add(thread);
        }
        start.countDown();
        for (Thread thread : running) {
            thread.join();
        }
        List<String> stored = new ArrayList<>();
        long bytes = 0;
        for (Message message : store.messages().values()) {
            stored.add(message.topic() + "=" + new String(message.payload(), StandardCharsets.UTF_8));
            bytes += message.bytes();
        }
        assertThat(stored).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(read(retained, "#"));
        assertThat(retained.statistics().bytes()).as("seed %s", seed).isEqualTo(bytes);
        assertThat(retained.statistics().count()).as("seed %s", seed).isEqualTo(stored.size());

        clock.pass(1_000_000);
        while (retained.sweep(7) == 7) {
            assertThat(retained.statistics().expired()).isPositive();
        }
        assertThat(store.messages().values()).as("seed %s", seed).allMatch(m -> m.expiresAtMs() == Message.NEVER);
    }

    private void change(Random random) {
        String topic = "t/" + random.nextInt(10);
        switch (random.nextInt(5)) {
            case 0 -> retain(message(topic, ""));
            case 1 -> retain(message(topic, "x" + random.nextInt(), Qos.AT_LEAST_ONCE, clock.now() + 5));
            case 2 -> read(retained, topic);
            case 3 -> {
                if (random.nextInt(10) == 0) {
                    clock.pass(1);
                    retained.sweep(3);
                }
            }
            default -> retain(message(topic, "x" + random.nextInt()));
        }
    }
}
