package io.wkmq.cluster.hazelcast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RemovedNodesTest {
    private static final NodeName NAME = new NodeName("wkmq7", "127.0.0.1");

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
        one.add(node, NAME);
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
        one.add(node, NAME);
        tell(one, other);
        now = 500;

        other.lift(node);
        tell(other, one);

        assertThat(one.contains(node)).isFalse();
    }

    @Test
    void aRemovalThatIsHeardOfAfterANodeWasToldToJoinDoesNotCount() {
        one.add(node, NAME);
        now = 2_000;
        other.comeBack(node);

        tell(one, other);
        assertThat(other.contains(node)).isFalse();
        tell(other, one);
        assertThat(one.contains(node)).isFalse();

        now = 3_000;
        one.add(node, NAME);
        tell(one, other);
        assertThat(other.contains(node)).as("it was removed anew").isTrue();
    }

    @Test
    void whatIsUndoneIsAsItWas() {
        NodeId unknown = new NodeId(UUID.randomUUID());
        NodeId removedSince = new NodeId(UUID.randomUUID());
        Set<NodeId> all = Set.of(node, unknown, removedSince);
        one.add(node, NAME);
        byte[] encoded = one.encode();
        RemovedNodes.Words before = one.about(all);
        now = 2_000;
        all.forEach(one::comeBack);
        RemovedNodes.Words said = one.about(all);
        now = 3_000;
        other.add(removedSince, NAME);
        tell(other, one);

        one.undo(said, before);

        assertThat(one.nodes()).containsExactlyInAnyOrder(node, removedSince);
        RemovedNodes expected = new RemovedNodes(clock);
        expected.merge(Objects.requireNonNull(encoded));
        tell(other, expected);
        assertThat(one.entries()).containsExactlyInAnyOrderElementsOf(expected.entries());
    }

    @Test
    void whatIsSaidInOneInstantEndsTheSameOnAllNodes() {
        one.add(node, NAME);
        other.add(node, NAME);
        other.lift(node); // a millisecond later, by its count
        RemovedNodes third = new RemovedNodes(clock);
        now = 1_001;
        third.add(node, NAME);
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
                case 0 -> actor.add(about, NAME);
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
        one.add(node, NAME);
        for (int i = 0; i < RemovedNodes.ENTRIES_MAX; i++) {
            now++;
            one.add(new NodeId(new UUID(1, i)), NAME);
        }

        assertThat(one.contains(node)).isFalse();
        assertThat(one.nodes()).hasSize(RemovedNodes.ENTRIES_MAX);
    }

    @Test
    void nodesThatAreBackAreForgottenBeforeThoseThatAreNot() {
        one.add(node, NAME);
        for (int i = 0; i < 2 * RemovedNodes.ENTRIES_MAX; i++) {
            now++;
            one.comeBack(new NodeId(new UUID(1, i)));
        }

        assertThat(one.nodes()).containsExactly(node);
    }

    @Test
    void bytesOfAnotherFormAreRefused() {
        String header = "wkmq-removed 1\n";
        String whole = header + node + " 5 removed wkmq7@127.0.0.1\n";
        for (String wrong : List.of(
                "",
                "wkmq-removed 2\n",
                header + "x 5 removed -\n",
                header + node + " five removed -\n",
                header + node + " 5 gone -\n",
                header + node + " 5 removed wkmq7\n",
                whole + node + " 5\n",
                whole + "\n".repeat(600_000))) {
            assertThatThrownBy(() -> one.merge(wrong.getBytes(UTF_8)))
                    .as("%.80s", wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(one.encode()).isNull();
    }

    @Test
    void namesTravelAndANodeWithoutOneIsRemovedToo() {
        one.add(node, NAME);
        NodeId other = new NodeId(UUID.randomUUID());
        one.add(other, null);
        RemovedNodes third = new RemovedNodes(clock);

        tell(one, third);

        assertThat(third.entries())
                .containsExactlyInAnyOrder(
                        new RemovedNodes.Entry(node, NAME, Instant.ofEpochMilli(1_000), null),
                        new RemovedNodes.Entry(other, null, Instant.ofEpochMilli(1_000), null));
    }

    @Test
    void aRemovedNodeThatKnocksIsRemembered() {
        one.add(node, NAME);
        now = 5_000;
        one.knocked(node);
        one.knocked(new NodeId(UUID.randomUUID()));

        assertThat(one.entries())
                .containsExactly(
                        new RemovedNodes.Entry(node, NAME, Instant.ofEpochMilli(1_000), Instant.ofEpochMilli(5_000)));
    }

    @Test
    void theFileKeepsTheListOverARestart(@TempDir Path directory) {
        Path path = directory.resolve("data").resolve("removed");
        one.add(node, NAME);
        new RemovedFile(path, one).save();

        new RemovedFile(path, other).load();

        assertThat(other.entries()).isEqualTo(one.entries());
        one.lift(node);
        new RemovedFile(path, one).save();
        RemovedNodes third = new RemovedNodes(clock);
        new RemovedFile(path, third).load();
        assertThat(third.nodes()).isEmpty();
        assertThat(third.encode()).isEqualTo(one.encode());
    }

    @Test
    void aDamagedFileIsSetAside(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("removed");
        Files.writeString(path, "wkmq-removed 1\nnonsense\n");

        new RemovedFile(path, one).load();

        assertThat(one.nodes()).isEmpty();
        assertThat(directory.resolve("removed.damaged")).hasContent("wkmq-removed 1\nnonsense\n");
        assertThat(path).doesNotExist();
    }
}
