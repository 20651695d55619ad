package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.Retention;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.disk.Loss;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes on simulated disks, one of which refetches a channel and dies while doing so. */
final class RefetchTest {
    private static final int CHANNELS = 4;
    private static final int WANTED = 1;
    private static final int OTHER = 2;
    private static final int MESSAGES = 5;

    private final Random random = new Random(1);
    private final UUID producer = new UUID(1, 1);
    private final List<Node> nodes = new ArrayList<>();

    /** Who answers. */
    private final List<NodeId> here = new ArrayList<>();

    private long index;

    /** A node across its restarts. */
    private final class Node {
        final NodeId id;
        SimDisk disk = new SimDisk();
        SimReplica life;

        Node(int number) throws IOException {
            id = new NodeId(new UUID(0, number));
            life = start();
        }

        private SimReplica start() throws IOException {
            SimReplica begun = new SimReplica(disk, random::nextLong);
            begun.fetchFrom(new Others(id));
            return begun;
        }

        /** Ends at a moment that its disk has seen, and begins again. */
        void restart(int moment, Loss loss) throws IOException {
            disk = disk.crashed(moment, loss, random);
            life = start();
        }

        Position position(int channel) {
            return Objects.requireNonNull(
                    life.ask(life.replica().position(channel)).join());
        }

        private List<String> files(int channel) throws IOException {
            return disk.list().stream()
                    .filter(name -> name.startsWith("g0/c" + channel + "-"))
                    .toList();
        }
    }

    /** The content of the other nodes. */
    private final class Others implements Donors {
        private final NodeId self;

        private Others(NodeId self) {
            this.self = self;
        }

        @Override
        public List<NodeId> here() {
            return here.stream().filter(id -> !id.equals(self)).toList();
        }

        @Override
        public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
            return node(donor).life.store.answer(question);
        }
    }

    private Node node(NodeId id) {
        return nodes.stream().filter(node -> node.id.equals(id)).findFirst().orElseThrow();
    }

    @BeforeEach
    void begin() throws IOException {
        for (int number = 0; number < 3; number++) {
            nodes.add(new Node(number));
        }
        index = 1;
        for (Node node : nodes) {
            node.life.follower.newTerm(index);
        }
        for (int channel = 0; channel < CHANNELS; channel++) {
            apply(new GroupOp.Configure(channel, SimNode.rules(Retention.FOR_EVER)), null, null);
        }
    }

    /** All apply an operation, but one of them another one. */
    private void apply(GroupOp op, @Nullable Node odd, @Nullable GroupOp instead) throws IOException {
        index++;
        for (Node node : nodes) {
            node.life.follower.apply(index, OpCodec.encode(node == odd && instead != null ? instead : op));
        }
    }

    private GroupOp append(int channel, int number, String body) {
        return new GroupOp.Append(
                new OpId(producer, 0, number),
                number,
                List.of(new GroupOp.Part(channel, List.of(SimNode.entry(body)))));
    }

    /** Each channel gets messages; of those some nodes have another one than the others. */
    private void fill(@Nullable Node strayedHere, @Nullable Node strayedElsewhere) throws IOException {
        int number = 0;
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int i = 0; i < MESSAGES; i++) {
                number++;
                Node odd = channel == WANTED ? strayedHere : channel == OTHER ? strayedElsewhere : null;
                apply(
                        append(channel, number, "message " + number),
                        i == 2 ? odd : null,
                        append(channel, number, "another " + number));
            }
        }
        for (Node node : nodes) {
            node.life.follower.snapshot();
        }
    }

    private void refill(Node node) {
        Set<NodeId> donors = nodes.stream()
                .filter(other -> other != node)
                .map(other -> other.id)
                .collect(Collectors.toSet());
        CompletableFuture<Void> begun = node.life.ask(node.life.store.refill(WANTED, donors));
        assertThat(begun).isCompleted();
    }

    /** Lets all work until that one is whole. */
    private void awaitWhole(Node node) {
        for (int round = 0; round < 2_000 && !node.life.follower.whole(); round++) {
            for (Node each : nodes) {
                each.life.timer.pass(10);
                each.life.work();
            }
        }
        assertThat(node.life.follower.whole()).as("the replica has all").isTrue();
    }

    @Test
    void whoEndsMeanwhileKeepsWhatItHasOfOtherChannels() throws IOException {
        Node first = nodes.get(0);
        Node second = nodes.get(1);
        fill(first, second);
        Position right = first.position(OTHER);
        assertThat(right).isEqualTo(nodes.get(2).position(OTHER)).isNotEqualTo(second.position(OTHER));
        refill(first);
        first.restart(first.disk.now(), Loss.NOTHING);
        here.add(second.id);

        awaitWhole(first);

        assertThat(first.position(WANTED)).isEqualTo(nodes.get(2).position(WANTED));
        assertThat(first.position(OTHER)).as("the one that most have").isEqualTo(right);
        refill(first); // it is noted no more, and can be done again
    }

    @Test
    void whoEndsWhileOneThatIsFurtherAnswersKeepsThemToo() throws IOException {
        Node first = nodes.get(0);
        Node second = nodes.get(1);
        fill(first, second);
        Position right = first.position(OTHER);
        refill(first);
        int begun = first.disk.now();
        nodes.remove(first);
        apply(append(CHANNELS - 1, CHANNELS * MESSAGES + 1, "behind"), null, null);
        nodes.add(0, first);
        here.add(second.id);
        awaitWhole(first);
        int whole = first.disk.now();
        SimDisk disk = first.disk;
        int resumed = 0;
        for (int moment = begun; moment <= whole; moment++) {
            first.disk = disk;
            first.restart(moment, Loss.NOTHING);
            resumed += first.life.follower.whole() ? 0 : 1;
            awaitWhole(first);
            assertThat(first.position(OTHER)).as("at %s of %s", moment, whole).isEqualTo(right);
        }
        assertThat(resumed).isPositive();
    }

    @Test
    void theFilesOfAChannelThatIsNotInMemoryGoToo() throws IOException {
        Node first = nodes.get(0);
        fill(first, null);
        apply(append(CHANNELS - 1, CHANNELS * MESSAGES + 1, "behind"), null, null); // others are in memory now
        assertThat(first.files(WANTED)).isNotEmpty();
        refill(first);
        assertThat(first.files(WANTED)).isEmpty();
    }

    @Test
    void whatIsGoneMeanwhileLeavesNoFiles() throws IOException {
        Node first = nodes.get(0);
        fill(first, null);
        int before = first.disk.now();
        SimDisk disk = first.disk;
        refill(first);
        int after = first.disk.now();
        nodes.remove(first);
        apply(new GroupOp.Drop(WANTED), null, null);
        nodes.add(0, first);
        here.addAll(List.of(nodes.get(1).id, nodes.get(2).id));
        int resumed = 0;
        for (int moment = before; moment <= after; moment++) {
            for (Loss loss : Loss.values()) {
                first.disk = disk;
                first.restart(moment, loss);
                if (!first.life.follower.whole()) {
                    resumed++;
                    awaitWhole(first);
                    assertThat(first.files(WANTED))
                            .as("at %s of %s", moment, after)
                            .isEmpty();
                }
            }
        }
        assertThat(resumed).isPositive();
    }
}
