package io.wkmq.channel.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.registry.RegisteredNode.Standing;
import io.wkmq.channel.registry.RegistryAnswer.Listed;
import io.wkmq.channel.registry.RegistryAnswer.Refused;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RegisteredNodesTest {
    private static final NodeName NAME = new NodeName("wkmq1", "10.0.0.1");
    private static final List<String> ADDRESSES = List.of("10.0.0.1:6369", "10.0.0.1:6379");
    private static final UUID REPLICA = new UUID(8, -8);

    private final NodeId node = new NodeId(new UUID(-7, 7));
    private RegistryMachine machine = new RegistryMachine();

    private RegistryAnswer apply(RegistryOp.OfNode op) {
        RegistryOp read = RegistryCodec.decode(RegistryCodec.encode(op));
        assertThat(read).isEqualTo(op);
        RegistryAnswer answer = Objects.requireNonNull(machine.apply(machine.applied() + 1, read));
        assertThat(RegistryCodec.answer(RegistryCodec.encode(answer))).isEqualTo(answer);
        RegistryMachine restored = new RegistryMachine();
        RegistryCodec.decode(RegistryCodec.encode(machine), restored);
        assertThat(RegistryCodec.encode(restored)).isEqualTo(RegistryCodec.encode(machine));
        machine = restored;
        return answer;
    }

    /** What a machine says of a node; null if nothing. */
    private static @Nullable RegisteredNode said(RegistryMachine by, NodeId of) {
        return by.nodes().stream()
                .filter(each -> each.id().equals(of))
                .findFirst()
                .orElse(null);
    }

    private RegisteredNode listed(RegistryOp.OfNode op) {
        RegistryAnswer answer = apply(op);
        assertThat(answer).isInstanceOf(Listed.class);
        assertThat(((Listed) answer).node()).isEqualTo(said(machine, op.node()));
        return ((Listed) answer).node();
    }

    private RegisteredNode is(long timeMs) {
        return listed(new RegistryOp.NodeIs(node, NAME, ADDRESSES, REPLICA, timeMs));
    }

    @Test
    void aNodeIsKnownByItsIdAndMayChangeItsNameAndAddresses() {
        RegisteredNode first = is(5);
        assertThat(first).isEqualTo(new RegisteredNode(node, NAME, ADDRESSES, REPLICA, Standing.JOINED, 5, 0));
        NodeName renamed = new NodeName("other", "10.0.0.9");
        RegisteredNode moved = listed(new RegistryOp.NodeIs(node, renamed, List.of(), null, 9));
        assertThat(moved).isEqualTo(new RegisteredNode(node, renamed, List.of(), null, Standing.JOINED, 5, 0));
        assertThat(machine.nodes()).containsExactly(moved);
    }

    @Test
    void aRemovedNodeIsNotBackUntilItIsToldToJoin() {
        is(5);
        RegisteredNode removed = listed(new RegistryOp.NodeRemoved(node, null, 7));
        assertThat(removed).isEqualTo(new RegisteredNode(node, NAME, ADDRESSES, REPLICA, Standing.REMOVED, 7, 7));
        assertThat(is(9)).isEqualTo(removed);
        assertThat(listed(new RegistryOp.NodeCleaned(node, 9))).isEqualTo(removed);
        RegisteredNode back = listed(new RegistryOp.NodeReturns(node, 10));
        assertThat(back).isEqualTo(new RegisteredNode(node, NAME, ADDRESSES, REPLICA, Standing.JOINED, 10, 10));
        assertThat(is(11)).isEqualTo(back);
    }

    @Test
    void ofTwoWordsTheLaterOneCountsInWhateverOrderTheyCome() {
        listed(new RegistryOp.NodeReturns(node, 20));
        assertThat(listed(new RegistryOp.NodeRemoved(node, NAME, 19)).standing())
                .isEqualTo(Standing.JOINED);
        assertThat(listed(new RegistryOp.NodeRemoved(node, NAME, 20)).standing())
                .isEqualTo(Standing.REMOVED);
        assertThat(listed(new RegistryOp.NodeReturns(node, 20)).standing()).isEqualTo(Standing.REMOVED);
        assertThat(listed(new RegistryOp.NodeReturns(node, 21)).standing()).isEqualTo(Standing.JOINED);
    }

    @Test
    void aNodeThatIsGivenUpComesBackAsWhatItWas() {
        assertThat(((Refused) apply(new RegistryOp.NodeCleaned(node, 1))).reason())
                .isEqualTo("There is no node " + node);
        is(5);
        assertThat(listed(new RegistryOp.NodeCleaned(node, 300_005)).standing()).isEqualTo(Standing.CLEANED);
        assertThat(is(400_000))
                .isEqualTo(new RegisteredNode(node, NAME, ADDRESSES, REPLICA, Standing.JOINED, 400_000, 0));
    }

    @Test
    void aNodeOfWhomNobodyKnowsTheNameIsRemovedToo() {
        assertThat(listed(new RegistryOp.NodeRemoved(node, null, 7)))
                .isEqualTo(new RegisteredNode(node, null, List.of(), null, Standing.REMOVED, 7, 7));
    }

    @Test
    void whoIsGivenUpIsForgottenFirstWhenThereAreTooMany() {
        listed(new RegistryOp.NodeRemoved(node, NAME, 1));
        NodeId cleaned = new NodeId(new UUID(1, 0));
        for (int i = 0; i < RegisteredNode.NODES_MAX - 1; i++) {
            NodeId each = new NodeId(new UUID(1, i));
            machine.apply(machine.applied() + 1, new RegistryOp.NodeIs(each, NAME, List.of(), null, 2));
        }
        listed(new RegistryOp.NodeCleaned(cleaned, 1_000));

        is(3); // it is known
        assertThat(machine.nodes()).hasSize(RegisteredNode.NODES_MAX);
        listed(new RegistryOp.NodeIs(new NodeId(new UUID(2, 0)), NAME, List.of(), null, 4));
        assertThat(said(machine, cleaned)).isNull();
        assertThat(said(machine, node)).isNotNull();
        listed(new RegistryOp.NodeIs(new NodeId(new UUID(2, 1)), NAME, List.of(), null, 4));
        assertThat(said(machine, node)).isNull();
        assertThat(machine.nodes()).hasSize(RegisteredNode.NODES_MAX);
    }

    @Test
    void whoHasNeverSaidWhoItIsIsForgottenBeforeThoseWhoAreRemoved() {
        listed(new RegistryOp.NodeRemoved(node, NAME, 1));
        NodeId stranger = new NodeId(new UUID(1, 0));
        listed(new RegistryOp.NodeReturns(stranger, 5));
        for (int i = 1; i < RegisteredNode.NODES_MAX; i++) {
            NodeId each = new NodeId(new UUID(1, i));
            machine.apply(machine.applied() + 1, new RegistryOp.NodeIs(each, NAME, List.of(), null, 2));
        }
        assertThat(machine.nodes()).hasSize(RegisteredNode.NODES_MAX);
        assertThat(said(machine, stranger)).isNull();
        assertThat(said(machine, node)).isNotNull();
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> new RegistryOp.NodeIs(node, NAME, List.of(""), null, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 8 of 1 to 300 characters");
        assertThatThrownBy(() -> new RegistryOp.NodeRemoved(node, NAME, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1 ms");
        byte[] nameless = new ByteWriter(64)
                .int8(1)
                .int8(NodeCodec.IS)
                .int64(1)
                .int64(2)
                .text("")
                .number(0)
                .int8(0)
                .number(5)
                .toBytes();
        assertThatThrownBy(() -> RegistryCodec.decode(nameless))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("without a name");
        byte[] oddName = new ByteWriter(64)
                .int8(1)
                .int8(NodeCodec.REMOVED)
                .int64(1)
                .int64(2)
                .text("nobody")
                .number(5)
                .toBytes();
        assertThatThrownBy(() -> RegistryCodec.decode(oddName))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("'nobody' is not a node name");
    }

    /** The form is on disks: it stays what it is. */
    @Test
    void theFormOfChangesStays() {
        assertThat(HexFormat.of()
                        .formatHex(RegistryCodec.encode(new RegistryOp.NodeReturns(new NodeId(new UUID(1, 2)), 300))))
                .isEqualTo("0109" + "0000000000000001" + "0000000000000002" + "ac02");
        assertThat(HexFormat.of()
                        .formatHex(RegistryCodec.encode(new RegistryOp.NodeIs(
                                new NodeId(new UUID(1, 2)),
                                new NodeName("a", "b"),
                                List.of("c:1"),
                                new UUID(3, 4),
                                5))))
                .isEqualTo("0107" + "0000000000000001" + "0000000000000002" + "03614062" + "01" + "03633a31" + "01"
                        + "0000000000000003" + "0000000000000004" + "05");
    }

    @Test
    void aRegistryOfAnOlderVersionIsReadAndKnowsNoNodes() {
        for (boolean takenOver : List.of(false, true)) {
            RegistryMachine older = new RegistryMachine();
            RegistryOp channel = takenOver
                    ? new RegistryOp.TakeOver(new Origin(1, 1), "a", TopicFilter.of("a"), ChannelSettings.DEFAULT, 1)
                    : new RegistryOp.Create("a", TopicFilter.of("a"), ChannelSettings.DEFAULT, 1);
            assertThat(older.apply(1, channel)).isInstanceOf(RegistryAnswer.Done.class);
            byte[] bytes = RegistryCodec.encode(older);
            assertThat(bytes[0]).isEqualTo((byte) (takenOver ? 2 : 1));

            RegistryMachine read = new RegistryMachine();
            RegistryCodec.decode(bytes, read);

            assertThat(read.nodes()).isEmpty();
            assertThat(read.find("a")).isNotNull();
            assertThat(read.apply(2, new RegistryOp.NodeIs(node, NAME, ADDRESSES, REPLICA, 1)))
                    .isInstanceOf(Listed.class);
            RegistryMachine again = new RegistryMachine();
            RegistryCodec.decode(RegistryCodec.encode(read), again);
            assertThat(again.nodes()).containsExactlyElementsOf(read.nodes());
            assertThat(again.takeover(new Origin(1, 1))).isEqualTo(takenOver ? Takeover.COMING : Takeover.NONE);
        }
        byte[] newer = RegistryCodec.encode(machine);
        newer[0] = 4;
        assertThatThrownBy(() -> RegistryCodec.decode(newer, new RegistryMachine()))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("format 4; expected 1 to 3");
    }

    /** Replicas that began with the log and with snapshots of it have the same; what administrators said is the same in any order. */
    @Test
    void replicasHaveTheSame() {
        Seeds.of("RegisteredNodesTest", 200).forEach(RegisteredNodesTest::replicasHaveTheSame);
    }

    private static void replicasHaveTheSame(Random random) {
        List<RegistryOp.OfNode> log = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            log.add(random(random));
            if (random.nextInt(5) == 0) {
                log.add(log.get(random.nextInt(log.size()))); // it may be there twice
            }
        }
        RegistryMachine whole = new RegistryMachine();
        RegistryMachine restored = new RegistryMachine();
        for (int i = 0; i < log.size(); i++) {
            assertThat(restored.apply(i + 1, log.get(i))).isEqualTo(whole.apply(i + 1, log.get(i)));
            if (random.nextInt(10) == 0) {
                RegistryMachine next = new RegistryMachine();
                RegistryCodec.decode(RegistryCodec.encode(restored), next);
                restored = next;
            }
        }
        assertThat(RegistryCodec.encode(restored)).isEqualTo(RegistryCodec.encode(whole));

        Collections.shuffle(log, random);
        RegistryMachine shuffled = new RegistryMachine();
        for (int i = 0; i < log.size(); i++) {
            shuffled.apply(i + 1, log.get(i));
        }
        for (RegisteredNode each : whole.nodes()) {
            RegisteredNode other = Objects.requireNonNull(said(shuffled, each.id()));
            assertThat(other.saidMs()).isEqualTo(each.saidMs());
            assertThat(other.standing() == Standing.REMOVED).isEqualTo(each.standing() == Standing.REMOVED);
        }
    }

    private static RegistryOp.OfNode random(Random random) {
        NodeId of = new NodeId(new UUID(0, random.nextInt(4)));
        long timeMs = random.nextInt(50);
        return switch (random.nextInt(4)) {
            case 0 -> new RegistryOp.NodeIs(of, NAME, List.of("10.0.0.1:" + random.nextInt(3)), null, timeMs);
            case 1 -> new RegistryOp.NodeRemoved(of, random.nextBoolean() ? NAME : null, timeMs);
            case 2 -> new RegistryOp.NodeReturns(of, timeMs);
            default -> new RegistryOp.NodeCleaned(of, timeMs);
        };
    }
}
