package io.wkmq.cluster.retained;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.retained.SimCluster.SimNode;
import io.wkmq.routing.Message;
import io.wkmq.session.RetainedLimits;
import io.wkmq.testing.sim.Weather;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the guarantees of the replication one by one, over a simulated network. */
class RetainedReplicationTest {
    private static final Duration KEPT = Duration.ofHours(1);

    private final SimCluster cluster = new SimCluster(3, new Random(1), KEPT);

    @BeforeEach
    void startTwo() {
        cluster.start(0);
        cluster.start(1);
        cluster.time.pass(1_000);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void publish(SimNode node, String topic, String payload) {
        var unused = node.publish(topic, bytes(payload), Message.NEVER);
    }

    private static String text(SimNode node, String topic) {
        Message message = node.read().get(topic);
        return message == null ? "" : new String(message.payload(), StandardCharsets.UTF_8);
    }

    private CompletableFuture<Boolean> caughtUp(SimNode node, Duration limit) {
        return node.replication().caughtUp(limit).toCompletableFuture();
    }

    @Test
    void aChangeIsOnTheOtherNodesAtOnce() {
        publish(cluster.node(0), "a", "x");
        cluster.time.pass(5);
        assertThat(text(cluster.node(1), "a")).isEqualTo("x");
        publish(cluster.node(1), "a", "");
        cluster.time.pass(5);
        assertThat(cluster.node(0).read()).isEmpty();
    }

    @Test
    void aNewNodeHasEverythingWhenItHasCaughtUp() {
        for (int i = 0; i < 5_000; i++) {
            publish(cluster.node(i % 2), "t/" + i, "x" + i);
        }
        cluster.start(2);
        SimNode late = cluster.node(2);
        cluster.time.pass(300); // sees the others, and has begun
        CompletableFuture<Boolean> caughtUp = caughtUp(late, Duration.ofMinutes(1));
        while (!caughtUp.isDone()) {
            assertThat(cluster.time.nowMs()).isLessThan(20_000);
            cluster.time.pass(1);
        }
        assertThat(caughtUp).isCompletedWithValue(true);
        assertThat(late.retained.size()).isEqualTo(5_000);
        assertThat(late.replication().statistics().stale())
                .as("what several nodes have comes from one of them")
                .isLessThan(50);
    }

    @Test
    void whoIsAloneHasCaughtUp() {
        cluster.isolate(2);
        cluster.start(2);
        CompletableFuture<Boolean> caughtUp = caughtUp(cluster.node(2), Duration.ofMinutes(1));
        cluster.time.pass(1);
        assertThat(caughtUp).isCompletedWithValue(true);
    }

    @Test
    void aPeerThatDoesNotAnswerIsNotWaitedForLongerThanTheLimit() {
        cluster.start(2);
        cluster.network.weather(new Weather(1, 0, 1, 1));
        cluster.time.pass(1_000);
        SimNode late = cluster.node(2);
        assertThat(late.peers()).hasSize(2);
        CompletableFuture<Boolean> caughtUp = caughtUp(late, Duration.ofSeconds(3));
        cluster.time.pass(2_900);
        assertThat(caughtUp).isNotDone();
        cluster.time.pass(200);
        assertThat(caughtUp).isCompletedWithValue(false);
    }

    @Test
    void nobodyWaitsForAPeerThatIsGone() {
        cluster.start(2);
        cluster.network.weather(new Weather(1, 0, 1, 1));
        cluster.time.pass(1_000);
        CompletableFuture<Boolean> caughtUp = caughtUp(cluster.node(2), Duration.ofMinutes(1));
        cluster.isolate(2);
        cluster.time.pass(3_000);
        assertThat(caughtUp).isCompletedWithValue(true);
    }

    @Test
    void aSplitDoesNotBringBackWhatWasRemovedMeanwhile() {
        publish(cluster.node(0), "a", "old");
        publish(cluster.node(0), "b", "old");
        cluster.time.pass(100);
        cluster.isolate(1);
        publish(cluster.node(0), "a", "");
        publish(cluster.node(1), "b", "new");
        cluster.time.pass(KEPT.minusMinutes(5).toMillis());
        assertThat(text(cluster.node(1), "a")).isEqualTo("old");

        cluster.network.mendAll();
        cluster.time.pass(3_000);
        for (SimNode node : cluster.alive()) {
            assertThat(node.read()).containsOnlyKeys("b");
            assertThat(text(node, "b")).isEqualTo("new");
        }
        cluster.time.pass(Duration.ofMinutes(10).toMillis());
        for (SimNode node : cluster.alive()) {
            assertThat(node.retained.statistics().removals()).isZero();
            assertThat(node.read()).containsOnlyKeys("b");
        }
    }

    @Test
    void whatExpiresIsGoneOnAllNodesAndNobodyAsksForIt() {
        for (int i = 0; i < 500; i++) {
            var unused = cluster.node(0).publish("t/" + i, bytes("x"), 1_000 + i * 20L);
        }
        cluster.skew(1, 4_000);
        cluster.time.pass(500);
        long pulls = pulls();
        cluster.time.pass(20_000);
        assertThat(cluster.node(0).read()).isEmpty();
        assertThat(cluster.node(1).read()).isEmpty();
        assertThat(cluster.node(0).retained.statistics().expired()).isEqualTo(500);
        cluster.time.pass(KEPT.plusMinutes(2).toMillis());
        assertThat(cluster.node(1).retained.statistics().removals()).isZero();
        assertThat(pulls()).isEqualTo(pulls);
    }

    private long pulls() {
        return cluster.alive().stream()
                .mapToLong(node -> node.replication().statistics().pulls())
                .sum();
    }

    @Test
    void whatDoesNotFitOnTheWayIsFoundByTheDigest() {
        byte[] payload = new byte[20_000];
        for (int i = 0; i < 1_000; i++) {
            payload[0] = (byte) i;
            var unused = cluster.node(0).publish("t/" + i, payload.clone(), Message.NEVER);
        }
        assertThat(cluster.node(0).replication().statistics().untold()).isPositive();
        cluster.time.pass(5_000);
        assertThat(cluster.node(1).retained.size()).isEqualTo(1_000);
        assertThat(cluster.node(1).retained.hashes(0))
                .isEqualTo(cluster.node(0).retained.hashes(0));
    }

    @Test
    void aLargeMessageComesInParts() {
        byte[] payload = new byte[3_000_000];
        new Random(7).nextBytes(payload);
        cluster.limit(2, new RetainedLimits(10, 1 << 30, payload.length, 0));
        cluster.start(2);
        cluster.crash(0);
        cluster.limit(0, new RetainedLimits(10, 1 << 30, payload.length, 0));
        cluster.start(0);
        cluster.time.pass(1_000);
        var unused = cluster.node(0).publish("large", payload, Message.NEVER);
        publish(cluster.node(0), "small", "x");
        cluster.time.pass(3_000);
        assertThat(cluster.node(2).find("large").payload()).isEqualTo(payload);
        assertThat(cluster.node(1).read()).as("its limit is lower").containsOnlyKeys("small");
        long pulls = pulls();
        cluster.time.pass(60_000);
        assertThat(pulls()).isEqualTo(pulls);
    }

    @Test
    void whatIsBeyondALimitIsNotAskedForAgainUntilThereIsRoom() {
        cluster.limit(2, new RetainedLimits(100, 1 << 30, 1_000, 0));
        for (int i = 0; i < 200; i++) {
            publish(cluster.node(0), "t/" + i, "x");
        }
        cluster.start(2);
        SimNode full = cluster.node(2);
        CompletableFuture<Boolean> caughtUp = caughtUp(full, Duration.ofMinutes(1));
        cluster.time.pass(5_000);
        assertThat(caughtUp).isCompletedWithValue(true);
        assertThat(full.retained.size()).isEqualTo(100);
        assertThat(full.retained.statistics().refusedFromOthers()).isGreaterThanOrEqualTo(100);

        long pulls = pulls();
        cluster.time.pass(Duration.ofMinutes(10).toMillis());
        assertThat(pulls()).isEqualTo(pulls);

        String there = full.read().keySet().iterator().next();
        publish(cluster.node(0), there, "");
        cluster.time.pass(Duration.ofMinutes(6).toMillis());
        assertThat(full.retained.size()).isEqualTo(100);
        assertThat(full.read()).doesNotContainKey(there);
    }

    @Test
    void aNodeWhoseClockIsFarAheadDoesNotKeepItsTopics() {
        cluster.skew(0, Duration.ofDays(30).toMillis());
        publish(cluster.node(0), "a", "from the future");
        cluster.time.pass(100);
        assertThat(text(cluster.node(1), "a")).isEqualTo("from the future");
        publish(cluster.node(1), "a", "now");
        publish(cluster.node(1), "b", "x");
        cluster.time.pass(100);
        for (SimNode node : cluster.alive()) {
            assertThat(text(node, "a")).isEqualTo("now");
        }
        assertThat(cluster.node(1).find("b").timeMs())
                .isLessThanOrEqualTo(cluster.node(1).clock.millis());
    }

    @Test
    void aCrashedNodeComesBackWithWhatItHadAndLearnsTheRest() {
        publish(cluster.node(0), "a", "1");
        publish(cluster.node(0), "b", "1");
        cluster.time.pass(100);
        cluster.crash(0);
        publish(cluster.node(1), "a", "2");
        cluster.time.pass(5_000);
        cluster.start(0);
        assertThat(text(cluster.node(0), "a")).isEqualTo("1");
        cluster.time.pass(2_000);
        assertThat(text(cluster.node(0), "a")).isEqualTo("2");
        assertThat(text(cluster.node(0), "b")).isEqualTo("1");
    }

    @Test
    void whoHasTheSamePullsNothing() {
        for (int i = 0; i < 1_000; i++) {
            publish(cluster.node(i % 2), "t/" + i, "x");
        }
        cluster.time.pass(2_000);
        long pulls = pulls();
        cluster.time.pass(60_000);
        assertThat(pulls()).isEqualTo(pulls);
        assertThat(cluster.node(0).retained.size()).isEqualTo(1_000);
        assertThat(cluster.node(1).retained.size()).isEqualTo(1_000);
    }
}
