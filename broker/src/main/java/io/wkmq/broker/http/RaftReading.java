package io.wkmq.broker.http;

import io.wkmq.broker.http.Figure.Kind;
import io.wkmq.broker.http.Figure.Point;
import io.wkmq.channel.engine.GroupStatus;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * The metrics of a node's replication groups.
 *
 * @param groups their status as known to the node
 */
record RaftReading(List<GroupStatus> groups) {
    List<Figure> figures() {
        return groups.isEmpty() ? List.of() : all();
    }

    private List<Figure> all() {
        return List.of(
                of("wkmq_raft_leader", "1 if this node leads the group", group -> group.leads() ? 1 : 0),
                of(
                        "wkmq_raft_led",
                        "1 if this node knows a leader of the group; without one it takes nothing",
                        group -> group.leader() == null ? 0 : 1),
                of("wkmq_raft_term", "The term of the group, which rises with each election", GroupStatus::term),
                of(
                        "wkmq_raft_uncommitted_entries",
                        "Entries of the log here that are not known to be on most of the nodes",
                        group -> group.last() - group.committed()),
                of(
                        "wkmq_raft_unapplied_entries",
                        "Entries that are, and that this node has not carried out yet",
                        group -> Math.max(0, group.committed() - group.applied())),
                of(
                        "wkmq_raft_filling",
                        "1 while this node fetches what its replica misses",
                        group -> group.whole() ? 0 : 1),
                of(
                        "wkmq_raft_missing_entries",
                        "Entries that this node's replica misses, and that are fetched from another node",
                        GroupStatus::missed),
                figure(
                        "wkmq_raft_replica_lag_entries",
                        "Entries by which the node is behind that is behind most, of groups that this node leads",
                        GroupStatus::leads,
                        group -> group.members().stream()
                                .map(GroupStatus.Member::behind)
                                .filter(Objects::nonNull)
                                .mapToLong(Long::longValue)
                                .max()
                                .orElse(0)));
    }

    private Figure of(String name, String help, ToLongFunction<GroupStatus> value) {
        return figure(name, help, group -> true, value);
    }

    private Figure figure(String name, String help, Predicate<GroupStatus> has, ToLongFunction<GroupStatus> value) {
        return new Figure(
                Kind.GAUGE,
                name,
                help,
                List.of("group"),
                groups.stream()
                        .filter(has)
                        .map(group -> new Point(List.of(Integer.toString(group.group())), value.applyAsLong(group)))
                        .toList());
    }
}
