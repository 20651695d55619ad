package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.wkmq.testing.sim.Seeds;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Share groups that have members on several nodes. */
class ShareNodesTest {
    private static final NodeId[] NODES = {
        new NodeId(new UUID(1, 1)), new NodeId(new UUID(1, 2)), new NodeId(new UUID(1, 3))
    };
    private static final Random RANDOM = Seeds.one("ShareNodesTest");

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"STICKY", "LOCAL"})
    void eachNodeGetsWhatItsMembersAreDue(ShareStrategy strategy) {
        ShareGroup group = group(0, strategy, 2);
        remote(group, 1, 5, 3);
        remote(group, 2, 9, 1);
        Map<Integer, Integer> picks = picks(group, 12_000);
        assertThat(picks.get(0)).as("2 of 6 that are online").isBetween(3_500, 4_500);
        assertThat(picks.get(1)).as("3 of 6").isBetween(5_400, 6_600);
        assertThat(picks.get(2)).as("1 of 6").isBetween(1_600, 2_400);
    }

    @ParameterizedTest
    @EnumSource
    void nodesWhereSomebodyIsOnlineComeFirst(ShareStrategy strategy) {
        ShareGroup group = group(0, strategy, 0);
        group.join(Member.offline("offline"));
        remote(group, 1, 10, 0);
        remote(group, 2, 1, 1);
        assertThat(picks(group, 200)).containsOnlyKeys(2);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STICKY")
    void anyNodeWillDoWhenNobodyIsOnline(ShareStrategy strategy) {
        ShareGroup group = group(0, strategy, 0);
        group.join(Member.offline("offline"));
        remote(group, 1, 1, 0);
        assertThat(picks(group, 200).keySet()).isEqualTo(strategy == ShareStrategy.LOCAL ? Set.of(0) : Set.of(0, 1));
    }

    @ParameterizedTest
    @EnumSource
    void theExcludedOneIsNeverPicked(ShareStrategy strategy) {
        ShareGroup group = group(0, strategy, 0);
        Member only = Member.online("only");
        group.join(only);
        remote(group, 1, 1, 1);
        RemoteMembers there = group.remotes().get(0);
        for (int i = 0; i < 50; i++) {
            assertThat(group.pick(message(i), only)).isSameAs(there);
            assertThat(group.pick(message(i), there)).isSameAs(only);
        }
        group.leave(only);
        assertThat(group.pick(message(0), there)).isNull();
    }

    @Test
    void localStaysAtHomeWhileSomebodyIsOnlineThere() {
        ShareGroup group = group(0, ShareStrategy.LOCAL, 1);
        remote(group, 1, 100, 100);
        assertThat(picks(group, 100)).containsOnlyKeys(0);
    }

    @Test
    void stickyGroupThatWasHereDoesNotLeapToANodeThatComes() {
        for (int round = 0; round < 20; round++) {
            ShareGroup group = group(0, ShareStrategy.STICKY, 1);
            assertThat(picks(group, 10)).containsOnlyKeys(0);
            remote(group, 1 + round % 2, 5, 5);
            assertThat(picks(group, 10)).containsOnlyKeys(0);
        }
    }

    @Test
    void stickyStaysWithANodeUntilItHasNobodyOnline() {
        ShareGroup group = group(0, ShareStrategy.STICKY, 2);
        remote(group, 1, 2, 2);
        remote(group, 2, 2, 2);
        for (int round = 0; round < 20; round++) {
            Map<Integer, Integer> held = picks(group, 30);
            assertThat(held).hasSize(1);
            int node = held.keySet().iterator().next();
            if (node > 0) {
                remote(group, node, 3, 3);
                assertThat(picks(group, 30)).as("another count changes nothing").containsOnlyKeys(node);
                remote(group, node, 3, 0);
                assertThat(picks(group, 30)).doesNotContainKey(node);
                remote(group, node, 2, 2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.INCLUDE,
            names = {"HASH_CLIENTID", "HASH_TOPIC"})
    void hashLeadsToTheSameMemberFromAllNodes(ShareStrategy strategy) {
        int[] sizes = {3, 1, 5};
        List<ShareGroup> groups = new ArrayList<>();
        for (int node = 0; node < sizes.length; node++) {
            ShareGroup group = group(node, strategy, sizes[node]);
            for (int other = 0; other < sizes.length; other++) {
                if (other != node) {
                    group.remote(NODES[node], new RemoteNode(NODES[other]), sizes[other], sizes[other]);
                }
            }
            groups.add(group);
        }
        for (int i = 0; i < 2_000; i++) {
            String from0 = memberAtLast(groups, 0, message(i));
            assertThat(memberAtLast(groups, 1, message(i))).isEqualTo(from0);
            assertThat(memberAtLast(groups, 2, message(i))).isEqualTo(from0);
        }
    }

    /** Where a message ends up that is published on a node: there, or where that node sends it. */
    private static String memberAtLast(List<ShareGroup> groups, int node, Message message) {
        ShareMember picked = groups.get(node).pick(message, null);
        if (picked instanceof RemoteMembers remote) {
            picked = groups.get(indexOf(remote.node())).pickHere(message, null);
        }
        if (picked == null) {
            throw new AssertionError("Nobody was picked");
        }
        return picked.clientId();
    }

    @Test
    void hashMovesOnlyTheKeysThatANodeGetsOrLoses() {
        ShareGroup group = group(0, ShareStrategy.HASH_TOPIC, 2);
        remote(group, 1, 2, 2);
        remote(group, 2, 2, 2);
        List<Integer> before = nodes(group);
        remote(group, 1, 3, 3);
        List<Integer> after = nodes(group);
        int moved = 0;
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).equals(after.get(i))) {
                moved++;
                assertThat(after.get(i)).isEqualTo(1);
            }
        }
        assertThat(moved).as("of 1000, 3/7 - 1/3").isBetween(40, 160);
        remote(group, 2, 0, 0);
        List<Integer> without = nodes(group);
        for (int i = 0; i < after.size(); i++) {
            if (after.get(i) != 2) {
                assertThat(without.get(i)).isEqualTo(after.get(i));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void picksDoNotAllocate(ShareStrategy strategy) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ShareGroup group = group(0, strategy, 2);
        remote(group, 1, 1, 1);
        Message message = message(1);
        picks(group, 100);
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        ShareMember last = null;
        for (int i = 0; i < 10_000; i++) {
            last = group.pick(message, null);
        }
        long bytes = threads.getThreadAllocatedBytes(id) - before;
        assertThat(last).isNotNull();
        assertThat(bytes).as("bytes of 10 000 picks").isLessThan(10_000);
    }

    private static ShareGroup group(int self, ShareStrategy strategy, int members) {
        ShareGroup group = new ShareGroup(new ShareName("g"), TopicFilter.of("#"), strategy, RANDOM::nextInt);
        for (int i = 0; i < members; i++) {
            group.join(Member.online("client-" + self + '-' + i));
        }
        return group;
    }

    private static void remote(ShareGroup group, int node, int members, int online) {
        group.remote(NODES[0], new RemoteNode(NODES[node]), members, online);
    }

    private static Map<Integer, Integer> picks(ShareGroup group, int count) {
        Map<Integer, Integer> picks = new HashMap<>();
        for (int i = 0; i < count; i++) {
            picks.merge(node(group.pick(message(i), null)), 1, Integer::sum);
        }
        return picks;
    }

    private static List<Integer> nodes(ShareGroup group) {
        List<Integer> nodes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            nodes.add(node(group.pick(message(i), null)));
        }
        return nodes;
    }

    private static int node(@Nullable ShareMember picked) {
        if (picked == null) {
            throw new AssertionError("Nobody was picked");
        }
        return picked instanceof RemoteMembers remote ? indexOf(remote.node()) : 0;
    }

    private static int indexOf(NodeId node) {
        return List.of(NODES).indexOf(node);
    }

    private static Message message(int i) {
        return Messages.of("t/" + i, "publisher-" + i);
    }
}
