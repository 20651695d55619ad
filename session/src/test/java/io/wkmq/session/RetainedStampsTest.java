package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.session.RetainedMessages.Outcome;
import io.wkmq.testing.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tests the fate of changes that other nodes have made, and of those that others must not miss. */
final class RetainedStampsTest {
    private static final NodeId OTHER = new NodeId(new UUID(1, 1));
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final ManualClock clock = new ManualClock();
    private final InMemoryRetainedStore store = new InMemoryRetainedStore();
    private final RetainedMessages retained = retained(RetainedLimits.defaults());

    private RetainedMessages retained(RetainedLimits limits) {
        return new RetainedMessages(Samples.NODE, limits, KEPT, store, clock, 42);
    }

    private Message message(String topic, String payload, long expiresAtMs) {
        return new Message(
                TopicName.of(topic),
                payload.getBytes(StandardCharsets.UTF_8),
                Qos.AT_LEAST_ONCE,
                true,
                MessageProperties.NONE,
                "publisher",
                clock.millis(),
                expiresAtMs);
    }

    private void publish(String topic, String payload) {
        retained.retain(message(topic, payload, Message.NEVER), HandOver.NONE);
    }

    /** What another node says, whose clock is ahead by that much. */
    private StampedMessage theirs(String topic, String payload, long aheadMs) {
        long expiresAtMs = payload.isEmpty() ? clock.millis() + KEPT.toMillis() : Message.NEVER;
        return new StampedMessage(
                message(topic, payload, expiresAtMs), (clock.millis() + aheadMs) << StampedMessage.COUNTER_BITS, OTHER);
    }

    private StampedMessage find(String topic) {
        return Objects.requireNonNull(retained.find(TopicName.of(topic)));
    }

    private static String text(Message message) {
        return message.topic() + "=" + new String(message.payload(), StandardCharsets.UTF_8);
    }

    private List<String> read() {
        List<String> read = new ArrayList<>();
        Retained.Cursor cursor = retained.matching(TopicFilter.of("#"));
        Message message = cursor.next();
        while (message != null) {
            read.add(text(message));
            message = cursor.next();
        }
        read.sort(null);
        return read;
    }

    @Test
    void theNewerOfTwoRemains() {
        publish("a", "mine");
        assertThat(retained.apply(theirs("a", "older", -1))).isEqualTo(Outcome.STALE);
        assertThat(read()).containsExactly("a=mine");
        StampedMessage newer = theirs("a", "newer", 1);
        assertThat(retained.apply(newer)).isEqualTo(Outcome.APPLIED);
        assertThat(retained.apply(newer)).as("the same again").isEqualTo(Outcome.STALE);
        assertThat(read()).containsExactly("a=newer");
        assertThat(store.messages().get("a")).isSameAs(find("a"));
        assertThat(retained.statistics().count()).isEqualTo(1);
    }

    @Test
    void ofTheSameTimeTheHigherNodeRemains() {
        StampedMessage one = theirs("a", "one", 0);
        StampedMessage other = new StampedMessage(one, one.time(), new NodeId(new UUID(1, 2)));
        assertThat(other.newerThan(one)).isTrue();
        assertThat(one.newerThan(other)).isFalse();
        assertThat(one.newerThan(one)).isFalse();
    }

    @Test
    void whatWasRemovedDoesNotComeBack() {
        StampedMessage old = theirs("a", "old", -1);
        publish("a", "");
        assertThat(retained.apply(old)).isEqualTo(Outcome.STALE);
        assertThat(read()).isEmpty();
        assertThat(store.removals()).containsOnlyKeys("a");
        assertThat(retained.statistics().removals()).isEqualTo(1);
        assertThat(retained.size()).isZero();

        clock.advance(KEPT.plusMillis(RetainedRules.CLOCKS_DIFFER_MS));
        assertThat(retained.sweep(10)).isEqualTo(1);
        assertThat(retained.find(TopicName.of("a"))).isNull();
        assertThat(store.removals()).isEmpty();
    }

    @Test
    void anotherNodesRemovalRemovesAndIsRemembered() {
        publish("a", "x");
        assertThat(retained.apply(theirs("a", "", 1))).isEqualTo(Outcome.APPLIED);
        assertThat(retained.apply(theirs("unknown", "", 1))).isEqualTo(Outcome.APPLIED);
        assertThat(read()).isEmpty();
        assertThat(retained.statistics().bytes()).isZero();
        assertThat(store.removals()).containsOnlyKeys("a", "unknown");
    }

    @Test
    void aRemovalIsNotKeptLongerThanThisNodeKeepsThem() {
        StampedMessage forEver = new StampedMessage(message("a", "", Message.NEVER), clock.millis() << 16, OTHER);
        assertThat(retained.apply(forEver)).isEqualTo(Outcome.APPLIED);
        assertThat(find("a").expired(clock.millis() + 2 * KEPT.toMillis())).isTrue();
    }

    @Test
    void aMessageThatExpiresKeepsOlderOnesAway() {
        StampedMessage old = theirs("a", "old", -1);
        retained.retain(message("a", "x", clock.millis() + 5), HandOver.NONE);
        long[] before = retained.hashes(clock.millis());
        clock.advance(Duration.ofMillis(5));

        assertThat(retained.sweep(10)).isEqualTo(1);
        assertThat(retained.apply(old)).isEqualTo(Outcome.STALE);
        assertThat(read()).isEmpty();
        assertThat(retained.hashes(clock.millis()))
                .as("nodes on which it has expired are no different")
                .isEqualTo(before);
    }

    @Test
    void anExpiredMessageOfAnotherNodeStillBeatsAnOlderOne() {
        publish("a", "x");
        StampedMessage theirs = new StampedMessage(
                message("a", "short", clock.millis() + 10), (clock.millis() + 1) << StampedMessage.COUNTER_BITS, OTHER);
        clock.advance(Duration.ofMillis(20));
        assertThat(retained.apply(theirs)).isEqualTo(Outcome.APPLIED);
        assertThat(read()).isEmpty();
        clock.advance(KEPT);
        assertThat(retained.apply(theirs)).isEqualTo(Outcome.OVER);
    }

    @Test
    void aClockFarAheadIsNotFollowedButItsTopicCanBeOverwritten() {
        long year = Duration.ofDays(365).toMillis();
        assertThat(retained.apply(theirs("a", "far ahead", year))).isEqualTo(Outcome.APPLIED);
        publish("b", "x");
        assertThat(find("b").timeMs()).isEqualTo(clock.millis());

        publish("a", "now");
        assertThat(read()).containsExactly("a=now", "b=x");
        assertThat(find("a").newerThan(theirs("a", "far ahead", year))).isTrue();
        publish("a", "");
        assertThat(find("a").expired(clock.millis() + 2 * KEPT.toMillis()))
                .as("its removal is not kept for a year")
                .isTrue();
    }

    @Test
    void aClockALittleAheadIsFollowed() {
        assertThat(retained.apply(theirs("a", "ahead", 5_000))).isEqualTo(Outcome.APPLIED);
        publish("b", "x");
        assertThat(find("b").newerThan(find("a"))).isTrue();
    }

    @Test
    void stampsRiseWhateverTheClockDoes() {
        HybridClock hybrid = new HybridClock(clock);
        long last = hybrid.next(0);
        for (int i = 0; i < 100_000; i++) {
            long next = hybrid.next(0);
            assertThat(next).isGreaterThan(last);
            last = next;
        }
        clock.jumpTo(clock.instant().minusSeconds(30));
        assertThat(hybrid.next(0)).isGreaterThan(last);
        clock.jumpTo(clock.instant().minusSeconds(3_600));
        assertThat(hybrid.next(0)).as("set back by more").isLessThan(last);
        assertThat(hybrid.next(last)).isGreaterThan(last);
    }

    @Test
    void whatALimitRefusesIsCountedAndTheTopicKeepsWhatItHad() {
        RetainedMessages small = retained(new RetainedLimits(2, 1_000_000, 5, 0));
        assertThat(small.apply(theirs("a", "x", 0))).isEqualTo(Outcome.APPLIED);
        assertThat(small.apply(theirs("b", "x", 0))).isEqualTo(Outcome.APPLIED);
        assertThat(small.apply(theirs("c", "x", 0))).isEqualTo(Outcome.REFUSED);
        assertThat(small.apply(theirs("a", "123456", 1))).isEqualTo(Outcome.REFUSED);
        assertThat(small.statistics().refusedFromOthers()).isEqualTo(2);
        assertThat(small.statistics().refusedByCount()).isEqualTo(1);
        assertThat(small.statistics().refusedByPayload()).isEqualTo(1);

        long before = small.roomMade();
        assertThat(small.apply(theirs("b", "", 1))).isEqualTo(Outcome.APPLIED);
        assertThat(small.roomMade()).isNotEqualTo(before);
        assertThat(small.apply(theirs("c", "x", 0))).isEqualTo(Outcome.APPLIED);
    }

    @Test
    void aRestartKeepsStampsAndRemovals() {
        publish("a", "x");
        publish("gone", "x");
        publish("gone", "");
        retained.retain(message("soon", "x", clock.millis() + 5), HandOver.NONE);
        long[] before = retained.hashes(clock.millis());
        clock.advance(Duration.ofSeconds(1));

        RetainedMessages restarted = retained(RetainedLimits.defaults());
        restarted.restore();
        assertThat(restarted.hashes(clock.millis())).isEqualTo(before);
        assertThat(restarted.size()).isEqualTo(1);
        assertThat(restarted.statistics().removals()).isEqualTo(2);
        assertThat(restarted.statistics().expired()).isEqualTo(1);
        assertThat(restarted.apply(theirs("gone", "x", -5_000))).isEqualTo(Outcome.STALE);

        clock.advance(KEPT.multipliedBy(2));
        RetainedMessages later = retained(RetainedLimits.defaults());
        later.restore();
        assertThat(later.statistics().removals()).isZero();
        assertThat(store.removals()).isEmpty();
    }

    @Test
    void removalsAreBounded() {
        int more = 10;
        for (int i = 0; i < RetainedMessages.REMOVALS_MAX + more; i++) {
            publish("t/" + i, "");
        }
        assertThat(retained.statistics().removals()).isEqualTo(RetainedMessages.REMOVALS_MAX);
        assertThat(retained.statistics().removalsForgotten()).isEqualTo(more);
        assertThat(store.removals()).hasSize(RetainedMessages.REMOVALS_MAX);
    }

    @Test
    void onlyWhatClientsOfThisNodeChangeIsTold() {
        List<String> told = new ArrayList<>();
        retained.tell(change -> told.add(text(change)));
        publish("a", "x");
        assertThat(retained.apply(theirs("b", "x", 1))).isEqualTo(Outcome.APPLIED);
        retained.retain(message("c", "x", clock.millis() + 1), HandOver.NONE);
        publish("a", "");
        clock.advance(Duration.ofMillis(1));
        assertThat(retained.sweep(10)).isEqualTo(1);
        assertThat(told).containsExactly("a=x", "c=x", "a=");
    }

    @Test
    void hashesAndBucketsAreThoseOfWhatIsThere() {
        long seed = System.nanoTime();
        System.out.println("RetainedStampsTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String topic = "t/" + random.nextInt(3_000);
            publish(topic, random.nextInt(4) == 0 ? "" : "x" + i);
            if (random.nextInt(100) == 0) {
                clock.advance(Duration.ofSeconds(random.nextInt(10)));
                assertThat(retained.sweep(1_000)).isNotNegative();
            }
        }
        long[] hashes = new long[RetainedMessages.BUCKETS];
        int found = 0;
        for (int bucket = 0; bucket < RetainedMessages.BUCKETS; bucket++) {
            for (StampedMessage message : retained.bucket(bucket)) {
                assertThat(RetainedMessages.bucketOf(message.topic())).isEqualTo(bucket);
                assertThat(retained.find(message.topic())).as("seed %s", seed).isSameAs(message);
                hashes[bucket] ^= RetainedMessages.hashOf(message);
                found++;
            }
        }
        assertThat(found)
                .as("seed %s", seed)
                .isEqualTo(retained.size() + retained.statistics().removals());
        assertThat(retained.hashes(0)).as("seed %s", seed).isEqualTo(hashes);
        assertThat(Arrays.stream(retained.hashes(Long.MAX_VALUE - 1)).filter(hash -> hash != 0))
                .as("without the removals")
                .hasSizeLessThanOrEqualTo(retained.size());
    }
}
