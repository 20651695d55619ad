package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.routing.NodeId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class RemovedNodesTest {
    private final NodeId node = new NodeId(UUID.randomUUID());
    private long now = 1_000;
    private final InstantSource clock = () -> Instant.ofEpochMilli(now);
    private final RemovedNodes one = new RemovedNodes(clock);
    private final RemovedNodes other = new RemovedNodes(clock);

    private static boolean tell(RemovedNodes from, RemovedNodes to) {
        return to.merge(Objects.requireNonNull(from.encode()));
    }

    @Test
    void anotherNodeLearnsWhoIsRemovedAndWhoIsNotAnyMore() {
        one.add(node);
        assertThat(tell(one, other)).isTrue();
        assertThat(other.contains(node)).isTrue();
        assertThat(tell(one, other)).isFalse();

        other.lift(node);
        assertThat(tell(other, one)).isTrue();
        assertThat(one.contains(node)).isFalse();
        assertThat(one.nodes()).isEmpty();
    }

    @Test
    void theLaterWordCountsEvenIfAClockIsBehind() {
        one.add(node);
        tell(one, other);
        now = 500;

        other.lift(node);
        tell(other, one);

        assertThat(one.contains(node)).isFalse();
    }

    @Test
    void whatIsSaidInOneInstantEndsTheSameOnAllNodes() {
        one.add(node);
        other.add(node);
        other.lift(node); // a millisecond later, by its count
        RemovedNodes third = new RemovedNodes(clock);
        now = 1_001;
        third.add(node);
        tell(third, other);
        tell(other, one);

        assertThat(other.contains(node)).isTrue();
        assertThat(one.contains(node)).isTrue();
    }

    @Test
    void nodesInAnyOrderOfMessagesEndWithTheSame() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        RemovedNodes[] all = {one, other, new RemovedNodes(clock)};
        for (int i = 0; i < 200; i++) {
            RemovedNodes actor = all[random.nextInt(all.length)];
            NodeId about = new NodeId(new UUID(0, random.nextInt(5)));
            now += random.nextInt(2);
            switch (random.nextInt(3)) {
                case 0 -> actor.add(about);
                case 1 -> actor.lift(about);
                default -> {
                    byte[] words = actor.encode();
                    if (words != null) {
                        all[random.nextInt(all.length)].merge(words);
                    }
                }
            }
        }
        for (RemovedNodes from : all) {
            for (RemovedNodes to : all) {
                to.merge(Objects.requireNonNull(from.encode()));
            }
        }

        assertThat(one.nodes()).as("seed " + seed).isEqualTo(other.nodes()).isEqualTo(all[2].nodes());
    }

    @Test
    void theOldestIsForgottenWhenThereAreTooMany() {
        one.add(node);
        for (int i = 0; i < RemovedNodes.ENTRIES_MAX; i++) {
            now++;
            one.add(new NodeId(new UUID(1, i)));
        }

        assertThat(one.contains(node)).isFalse();
        assertThat(one.nodes()).hasSize(RemovedNodes.ENTRIES_MAX);
    }

    @Test
    void bytesOfAnotherFormAreRefused() {
        assertThatThrownBy(() -> one.merge(new byte[] {9})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> one.merge(new byte[] {1, 2})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> one.merge(new byte[0])).isInstanceOf(IllegalArgumentException.class);
        assertThat(one.encode()).isNull();
    }
}
