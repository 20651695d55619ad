package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.ChannelException;
import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LeaderPlanTest {
    private static final List<String> NODES = List.of("a:1", "b:1", "c:1");

    private static GroupStatus group(int number, @Nullable String leader, List<String> present) {
        return new GroupStatus(
                number,
                leader,
                false,
                1,
                0,
                0,
                0,
                true,
                0,
                NODES.stream()
                        .map(node -> new GroupStatus.Member(node, present.contains(node), null))
                        .toList());
    }

    private static List<GroupStatus> groups(List<String> present, @Nullable String... leaders) {
        List<GroupStatus> groups = new ArrayList<>();
        for (int i = 0; i < leaders.length; i++) {
            groups.add(group(i, leaders[i], present));
        }
        return groups;
    }

    @Test
    void oneThatLeadsAllGivesTwoThirdsAway() {
        List<LeaderPlan.Move> moves =
                LeaderPlan.of(groups(NODES, "a:1", "a:1", "a:1", "a:1", "a:1", "a:1", "a:1", "a:1", "a:1"), Map.of());

        assertThat(moves).hasSize(6);
        assertThat(moves.stream().filter(move -> move.to().equals("b:1"))).hasSize(3);
        assertThat(moves.stream().filter(move -> move.to().equals("c:1"))).hasSize(3);
    }

    @Test
    void whatIsEvenStaysAsItIs() {
        assertThat(LeaderPlan.of(groups(NODES, "a:1", "b:1", "c:1", "a:1"), Map.of()))
                .isEmpty();
        assertThat(LeaderPlan.of(List.of(), Map.of())).isEmpty();
    }

    @Test
    void nodesThatAreNotHereGetNothing() {
        List<LeaderPlan.Move> moves =
                LeaderPlan.of(groups(List.of("a:1", "c:1"), "a:1", "a:1", "a:1", "a:1"), Map.of());

        assertThat(moves).hasSize(2).allMatch(move -> move.to().equals("c:1"));
    }

    @Test
    void nodesGetNoneWhoseReplicaIsBeingFilled() {
        List<LeaderPlan.Move> moves = LeaderPlan.of(
                groups(NODES, "a:1", "a:1", "a:1", "a:1", "a:1", "a:1"), Map.of("b:1", Set.of(0, 1, 2, 3, 4)));

        assertThat(moves)
                .filteredOn(move -> move.to().equals("b:1"))
                .extracting(LeaderPlan.Move::group)
                .containsExactly(5);
        assertThat(moves).filteredOn(move -> move.to().equals("c:1")).isNotEmpty();
        assertThat(LeaderPlan.of(groups(NODES, "a:1", "a:1"), Map.of("b:1", Set.of(0, 1), "c:1", Set.of(0, 1))))
                .isEmpty();
    }

    @Test
    void whoSucceedsIsNoneWhoseReplicaIsBeingFilled() throws Exception {
        GroupStatus group = group(3, "a:1", NODES);

        assertThat(GroupLeaders.successor(group, Map.of())).isNull();
        assertThat(GroupLeaders.successor(group, Map.of("b:1", Set.of(2)))).isNull();
        assertThat(GroupLeaders.successor(group, Map.of("b:1", Set.of(2, 3)))).isEqualTo("c:1");
        assertThatThrownBy(() -> GroupLeaders.successor(group, Map.of("b:1", Set.of(3), "c:1", Set.of(3))))
                .isInstanceOf(ChannelException.class)
                .hasMessageContaining(
                        "Group 3: no other node can lead it now: the replicas on [b:1, c:1] miss something");
    }

    @Test
    void groupsWithoutALeaderStayAsTheyAre() {
        assertThat(LeaderPlan.of(groups(NODES, null, null, null), Map.of())).isEmpty();
    }

    @Test
    void whateverThereWasEveryNodeLeadsAsManyOrOneMoreAndNoGroupMovesTwice() {
        Random random = Seeds.one("LeaderPlanTest");
        for (int round = 0; round < 500; round++) {
            List<String> present = NODES.subList(0, 1 + random.nextInt(NODES.size()));
            @Nullable String[] leaders = new String[1 + random.nextInt(20)];
            Arrays.setAll(leaders, i -> present.get(random.nextInt(present.size())));

            List<LeaderPlan.Move> moves = LeaderPlan.of(groups(present, leaders), Map.of());

            assertThat(moves).extracting(LeaderPlan.Move::group).doesNotHaveDuplicates();
            moves.forEach(move -> leaders[move.group()] = move.to());
            Map<String, Integer> counts = new HashMap<>();
            present.forEach(node -> counts.put(node, 0));
            for (String leader : leaders) {
                counts.merge(String.valueOf(leader), 1, Integer::sum);
            }
            int most = counts.values().stream().max(Integer::compare).orElse(0);
            int least = counts.values().stream().min(Integer::compare).orElse(0);
            assertThat(most - least).as("%s", counts).isLessThanOrEqualTo(1);
        }
    }
}
