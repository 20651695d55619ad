package io.wkmq.broker.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.ClusterStatus;
import io.wkmq.cluster.ClusterStatus.Running;
import io.wkmq.cluster.ClusterStatus.Stopped;
import io.wkmq.cluster.discovery.DiscoveryReport;
import io.wkmq.cluster.discovery.Founding;
import io.wkmq.cluster.membership.MembershipStatus.Cut;
import io.wkmq.cluster.membership.MembershipStatus.Heal;
import io.wkmq.cluster.membership.MembershipStatus.Heals;
import io.wkmq.cluster.membership.MembershipStatus.KeptOut;
import io.wkmq.cluster.membership.MembershipStatus.Reason;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.routes.RouteTotal;
import io.wkmq.cluster.transport.LinkCounter;
import io.wkmq.cluster.transport.LinkStatus;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.session.DropReason;
import io.wkmq.session.SessionStats;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests what counts as a cause of an alarm. */
class CausesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final RouteTotal NO_ROUTES = new RouteTotal(0, 0);
    private static final Node A = node(1, "a");
    private static final Node B = node(2, "b");
    private static final Node C = node(3, "c");

    private final ClusterCauses causes = new ClusterCauses();

    private static Node node(long id, String name) {
        return new Node(new NodeId(new UUID(0, id)), new NodeName(name, "h"));
    }

    private static Running running(Node node, LinkStatus.State state) {
        LinkStatus link = new LinkStatus(new Peer(node, 1, "h", 7, 1), state, "timed out", 0);
        return new Running(node, null, NOW, link, NO_ROUTES);
    }

    private static Stopped stopped(Node node, Reason why) {
        return new Stopped(node.id(), node.name().toString(), new SeedAddress("10.0.0.9", 6369), NOW, why);
    }

    private static ClusterStatus status(
            List<Running> running, List<Stopped> stopped, List<Cut> cuts, @Nullable KeptOut keptOut) {
        return new ClusterStatus(
                "wk",
                A,
                running,
                stopped,
                cuts,
                new Heals(0, 0, null),
                keptOut,
                List.of(),
                new Founding(0, 1, true, 0),
                new DiscoveryReport(
                        "manual",
                        0,
                        null,
                        Duration.ZERO,
                        null,
                        0,
                        null,
                        List.of(),
                        List.of(),
                        false,
                        null,
                        List.of(),
                        null),
                List.of());
    }

    private static List<String> names(List<Cause> causes) {
        return causes.stream().map(Cause::name).toList();
    }

    @Test
    void healthyClusterIsNoCauseForAlarm() {
        List<Running> running = List.of(
                new Running(A, null, NOW, null, NO_ROUTES),
                running(B, LinkStatus.State.OPEN),
                running(C, LinkStatus.State.CONNECTING));
        assertThat(causes.look(status(running, List.of(), List.of(), null), Map.of()))
                .isEmpty();
    }

    @Test
    void nodeThatIsGoneIsOneUnlessItLeftOrWasRemoved() {
        List<Stopped> stopped = List.of(
                stopped(A, Reason.LEFT),
                stopped(B, Reason.DEAD),
                stopped(C, Reason.REMOVED),
                stopped(C, Reason.DENIED));
        List<Cause> found = causes.look(status(List.of(), stopped, List.of(), null), Map.of());
        assertThat(found)
                .containsExactly(new Cause(
                        AlarmKind.NODE_DOWN,
                        "b@h",
                        "Node b@h is gone: it does not run, or cannot be reached",
                        Map.of(
                                "node",
                                "b@h",
                                "id",
                                B.id().toString(),
                                "address",
                                "10.0.0.9:6369",
                                "since",
                                NOW.getEpochSecond())));
    }

    @Test
    void nodesThatDoNotReachEachOtherAreOneAndSoIsALinkThatIsNotMade() {
        List<Cause> found = causes.look(
                status(List.of(running(C, LinkStatus.State.UNREACHABLE)), List.of(), List.of(new Cut(B, C, NOW)), null),
                Map.of());
        assertThat(names(found)).containsExactly("nodes_apart/b@h,c@h", "link_unreachable/c@h");
        assertThat(found.get(0).message())
                .isEqualTo("Though both are in the cluster, nodes b@h and c@h do not reach each other");
        assertThat(found.get(0).details()).containsEntry("nodes", List.of("b@h", "c@h"));
        assertThat(found.get(1).details()).isEqualTo(Map.of("node", "c@h", "reason", "timed out"));
    }

    @Test
    void clusterThatDoesNotTakeTheNodeIsOne() {
        List<Cause> found = causes.look(
                status(List.of(), List.of(), List.of(), new KeptOut("the cookie differs", false)), Map.of());
        assertThat(names(found)).containsExactly("kept_out");
        assertThat(found.get(0).message()).isEqualTo("The cluster does not take this node: the cookie differs");
        KeptOut left = new KeptOut("This node has left", true);
        assertThat(causes.look(status(List.of(), List.of(), List.of(), left), Map.of()))
                .as("that is as it should be")
                .isEmpty();
    }

    @Test
    void messagesThatAreLostBetweenNodesAreOneWhileTheyAreLost() {
        ClusterStatus healthy = status(List.of(), List.of(), List.of(), null);
        Map<LinkCounter, Long> counts = Map.of(LinkCounter.DROPPED, 3L, LinkCounter.REJECTED, 1L);
        List<Cause> found = causes.look(healthy, counts);
        assertThat(names(found)).containsExactly("link_queue_full");
        assertThat(found.get(0).details()).isEqualTo(Map.of("dropped", 3L, "rejected", 1L));
        assertThat(causes.look(healthy, counts)).isEmpty();
        assertThat(causes.look(healthy, Map.of(LinkCounter.DROPPED, 3L, LinkCounter.REJECTED, 2L)))
                .hasSize(1);
    }

    @Test
    void storageMemoryAndQueuesOfTheNodeAreCauses() {
        AtomicReference<@Nullable String> trouble = new AtomicReference<>();
        AtomicLong dropped = new AtomicLong();
        boolean[] memoryShort = new boolean[1];
        NodeCauses node = new NodeCauses(trouble::get, () -> null, () -> memoryShort[0], () -> stats(dropped.get()));
        assertThat(node.look()).isEmpty();

        trouble.set("the disk is full");
        memoryShort[0] = true;
        dropped.set(5);
        List<Cause> found = node.look();
        assertThat(names(found)).containsExactly("storage", "memory_short", "queues_full");
        assertThat(found.get(0).message()).isEqualTo("Nothing durable is accepted: the disk is full");
        assertThat(found.get(2).details()).isEqualTo(Map.of("queued_bytes", 77L));

        trouble.set(null);
        memoryShort[0] = false;
        assertThat(node.look()).isEmpty();
    }

    @Test
    void channelsThatAreMissingForMoreThanASecondAreACause() {
        AtomicReference<@Nullable String> missing = new AtomicReference<>();
        NodeCauses node = new NodeCauses(() -> null, missing::get, () -> false, () -> stats(0));
        missing.set("Group 3 has no leader");
        assertThat(node.look()).as("it may be found at once").isEmpty();
        List<Cause> found = node.look();
        assertThat(names(found)).containsExactly("channels");
        assertThat(found.get(0).message()).isEqualTo("Group 3 has no leader");

        missing.set(null);
        assertThat(node.look()).isEmpty();
        missing.set("Group 4 has no leader");
        assertThat(node.look()).as("another time").isEmpty();
    }

    private static SessionStats stats(long dropped) {
        return new SessionStats(
                0, 0, 0, 0, 0, 77, 0, 0, new long[3], new long[3], 0, 0, 0, 0, Map.of(DropReason.NODE_BYTES, dropped));
    }

    @Test
    void healIsToldOnceAllAreBackThatWereSplitOff() {
        HealWatch watch = new HealWatch();
        List<Heal> told = new ArrayList<>();
        Heal first = new Heal(NOW, List.of(A, C), List.of(B), Duration.ofSeconds(11));
        Heal whole = new Heal(NOW, List.of(A), List.of(B, C), Duration.ofSeconds(12));
        watch.look(new Heals(0, 0, null), NOW, told::add);
        watch.look(new Heals(1, 0, first), NOW.plusSeconds(1), told::add);
        watch.look(new Heals(1, 0, whole), NOW.plusSeconds(2), told::add);
        assertThat(told).isEmpty();
        for (int second = 15; second < 20; second++) {
            watch.look(new Heals(1, 0, whole), NOW.plusSeconds(second), told::add);
        }
        assertThat(told).containsExactly(whole);
        Cause cause = HealWatch.cause(whole);
        assertThat(cause.name()).isEqualTo("partition");
        assertThat(cause.message()).isEqualTo("The cluster was split for 12 s and has healed: [a@h] and [b@h, c@h]");
        assertThat(cause.details())
                .isEqualTo(Map.of("stayed", List.of("a@h"), "came_back", List.of("b@h", "c@h"), "apart_ms", 12_000L));
    }

    @Test
    void nextHealDoesNotHideTheOneBefore() {
        HealWatch watch = new HealWatch();
        List<Heal> told = new ArrayList<>();
        Heal first = new Heal(NOW, List.of(A), List.of(B), Duration.ofSeconds(5));
        Heal second = new Heal(NOW.plusSeconds(15), List.of(A), List.of(B), Duration.ofSeconds(6));
        watch.look(new Heals(1, 0, first), NOW.plusSeconds(15), told::add);
        watch.look(new Heals(2, 0, second), NOW.plusSeconds(16), told::add);
        assertThat(told).containsExactly(first);
        watch.look(new Heals(2, 0, second), NOW.plusSeconds(31), told::add);
        watch.look(new Heals(2, 0, second), NOW.plusSeconds(32), told::add);
        assertThat(told).containsExactly(first, second);
    }
}
