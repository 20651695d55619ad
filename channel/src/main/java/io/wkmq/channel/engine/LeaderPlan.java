package io.wkmq.channel.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Plans leadership transfers so that the numbers of groups led by any two nodes that are up differ by at most one. Stateless. */
public final class LeaderPlan {
    private LeaderPlan() {}

    /**
     * A leadership transfer.
     *
     * @param group the group's number
     * @param to the address of the next leader, as in {@link GroupStatus.Member#where}
     */
    public record Move(int group, String to) {}

    /**
     * Returns the fewest transfers that balance leadership. Groups without a leader, or whose leader is down, are left alone.
     *
     * @param unfit by address, the groups that a node must not be given; it keeps those that it leads already
     */
    public static List<Move> of(List<GroupStatus> groups, Map<String, Set<Integer>> unfit) {
        Map<GroupStatus, String> leaders = new HashMap<>();
        Set<String> nodes = new TreeSet<>();
        for (GroupStatus group : groups) {
            nodes.addAll(group.present());
            String leader = group.leader();
            if (leader != null && group.present().contains(leader)) {
                leaders.put(group, leader);
            }
        }
        List<Move> moves = new ArrayList<>();
        Optional<Move> next = next(groups, leaders, nodes, unfit);
        while (next.isPresent()) {
            Move move = next.get();
            moves.add(move);
            groups.stream()
                    .filter(group -> group.group() == move.group())
                    .forEach(group -> leaders.put(group, move.to()));
            next = next(groups, leaders, nodes, unfit);
        }
        return moves;
    }

    /** Moves a group from a node that leads most to one that leads least: each move reduces the imbalance, so planning terminates. */
    private static Optional<Move> next(
            List<GroupStatus> groups,
            Map<GroupStatus, String> leaders,
            Set<String> nodes,
            Map<String, Set<Integer>> unfit) {
        List<String> leastFirst = nodes.stream()
                .sorted(Comparator.comparingLong((String node) -> led(leaders, node))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        for (String to : leastFirst) {
            Optional<GroupStatus> found = groups.stream()
                    .filter(group -> group.present().contains(to)
                            && !unfit.getOrDefault(to, Set.of()).contains(group.group()))
                    .filter(group -> leaders.containsKey(group)
                            && led(leaders, leaders.getOrDefault(group, to)) - led(leaders, to) > 1)
                    .max(Comparator.comparingLong(group -> led(leaders, leaders.getOrDefault(group, to))));
            if (found.isPresent()) {
                return Optional.of(new Move(found.get().group(), to));
            }
        }
        return Optional.empty();
    }

    private static long led(Map<GroupStatus, String> leaders, String node) {
        return leaders.values().stream().filter(node::equals).count();
    }
}
