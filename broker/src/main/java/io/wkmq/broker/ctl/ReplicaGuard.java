package io.wkmq.broker.ctl;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.engine.GroupStatus;
import io.wkmq.channel.engine.NodeChannels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the replicated channels can do without a node: each group needs a majority of its replicas to be present and
 * complete. The check relies on what this node sees at the moment and reserves nothing, so changes between the check and the
 * removal go unnoticed. On a node with unreplicated channels nothing is refused. Thread-safe; blocks for some seconds, at most
 * a minute.
 */
final class ReplicaGuard {
    /** What this node knows of the replicas of its channels. Thread-safe; blocks. */
    interface Replicas {
        /** Returns whether the channels are replicated. */
        boolean replicated();

        /** Returns the known groups; none if they are not known yet. */
        List<GroupStatus> groups() throws ChannelException;

        /** Returns the total number of groups, known or not. */
        int groupsExpected();

        /** Returns whether this node has no replica of the channels and never had one. */
        boolean keepsNothing();

        /** Returns the groups of which nodes lack data, by the nodes' addresses; nodes that do not answer are omitted. */
        Map<String, Set<Integer>> filling() throws ChannelException;

        /** Returns why the groups are unknown or accept no appends; null if there is no problem. */
        @Nullable
        String trouble();
    }

    /** The option to proceed despite the objections. */
    static final String FORCE = "--force";

    private static final String HOW = FORCE + " goes ahead all the same";

    private final Replicas replicas;

    ReplicaGuard(Replicas replicas) {
        this.replicas = replicas;
    }

    /** Returns the words without {@link #FORCE}. */
    static List<String> withoutForce(List<String> words) {
        return words.stream().filter(word -> !word.equals(FORCE)).toList();
    }

    /** Returns a guard for the channels of a node. */
    static ReplicaGuard of(NodeChannels channels) {
        return new ReplicaGuard(new Replicas() {
            @Override
            public boolean replicated() {
                return channels.replicated();
            }

            @Override
            public List<GroupStatus> groups() throws ChannelException {
                return channels.groups();
            }

            @Override
            public int groupsExpected() {
                return channels.groupsExpected();
            }

            @Override
            public boolean keepsNothing() {
                return channels.keepsNothing();
            }

            @Override
            public Map<String, Set<Integer>> filling() throws ChannelException {
                return channels.filling();
            }

            @Override
            public @Nullable String trouble() {
                return channels.trouble();
            }
        });
    }

    /**
     * Returns why a node of this node's cluster should not leave it; null if it may.
     *
     * @param where the address at which it accepts members; null if unknown
     */
    @Nullable
    String againstLeaving(@Nullable String where) {
        return against(where, group -> group.present().contains(where));
    }

    /**
     * Returns why this node should not leave its cluster for another one; null if it may. If all groups are known and none has
     * a majority here, the channels are unavailable anyway and joining the others may be the cure, so it may. So may a newcomer
     * that was refused a replica, and a node of a cluster that was too small so far to replicate channels: it has nothing that
     * others could miss. Any other node that knows no group, such as one that was restarted, may not.
     *
     * @param where the address at which it accepts members; null if unknown
     */
    @Nullable
    String againstJoining(@Nullable String where) {
        if (!replicas.replicated()) {
            return null;
        }
        try {
            List<GroupStatus> all = replicas.groups();
            boolean unmissed = all.isEmpty() && replicas.keepsNothing();
            return unmissed || noneGoesOn(all) ? null : againstLeaving(where);
        } catch (ChannelException e) {
            return unknown(String.valueOf(e.getMessage()));
        }
    }

    private boolean noneGoesOn(List<GroupStatus> groups) {
        return groups.size() >= replicas.groupsExpected()
                && groups.stream().allMatch(group -> group.present().size() < majority(group));
    }

    /**
     * Returns why a replica should not be removed from its groups; null if it may be. The replica itself does not count as
     * present even if a node is at its address: that may be another one.
     *
     * @param where the replica's present or last address
     */
    @Nullable
    String againstRemoval(String where) {
        return against(where, group -> group.replicas().contains(where));
    }

    private @Nullable String against(@Nullable String where, Predicate<GroupStatus> concerned) {
        if (!replicas.replicated()) {
            return null;
        }
        if (where == null) {
            return unknown("where it takes members is not known");
        }
        try {
            List<GroupStatus> all = replicas.groups();
            if (all.isEmpty()) {
                String trouble = replicas.trouble();
                return unknown(trouble == null ? "this node has none of their groups yet" : trouble);
            }
            int expected = replicas.groupsExpected();
            if (all.size() < expected) {
                return unknown("only " + all.size() + " of their " + expected + " groups are known here");
            }
            String nameless = nameless(where, all);
            if (nameless != null) {
                return unknown("it is not known where the replica " + nameless + " is");
            }
            List<GroupStatus> groups = all.stream().filter(concerned).toList();
            String tooFew = tooFew(where, groups, GroupStatus::present);
            if (groups.isEmpty() || tooFew != null) {
                return tooFew; // saves asking other nodes, which may be unreachable
            }
            Map<String, Set<Integer>> filling = replicas.filling();
            return tooFew(where, groups, group -> whole(group, filling));
        } catch (ChannelException e) {
            return unknown(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Returns a replica that is known by its id only, and so may be the one to be removed; null if there is none or that one is
     * known.
     */
    private static @Nullable String nameless(String where, List<GroupStatus> groups) {
        List<String> replicas =
                groups.stream().flatMap(group -> group.replicas().stream()).toList();
        return replicas.contains(where)
                ? null
                : replicas.stream()
                        .filter(replica -> replica.indexOf(':') < 0)
                        .findFirst()
                        .orElse(null);
    }

    private static int majority(GroupStatus group) {
        return group.members().size() / 2 + 1;
    }

    private static String unknown(String reason) {
        return "it is not known whether the channels go on without that node: " + reason + "; " + HOW;
    }

    /** Returns the addresses of the present replicas that have confirmed to be complete. */
    private static List<String> whole(GroupStatus group, Map<String, Set<Integer>> filling) {
        return group.present().stream()
                .filter(node -> {
                    Set<Integer> missing = filling.get(node);
                    return missing != null && !missing.contains(group.group());
                })
                .toList();
    }

    private static @Nullable String tooFew(
            String where, List<GroupStatus> groups, Function<GroupStatus, List<String>> usable) {
        List<Integer> numbers = new ArrayList<>();
        String worst = "";
        int fewest = Integer.MAX_VALUE;
        for (GroupStatus group : groups) {
            List<String> left = usable.apply(group).stream()
                    .filter(node -> !node.equals(where))
                    .toList();
            int majority = majority(group);
            if (left.size() < majority) {
                numbers.add(group.group());
                if (left.size() < fewest) {
                    fewest = left.size();
                    worst = "group " + group.group() + " has " + left.size() + " of "
                            + group.members().size() + ", " + left + "; expected " + majority + " at least";
                }
            }
        }
        return numbers.isEmpty()
                ? null
                : "without " + where + " groups " + numbers
                        + " of channels have too few replicas that are here and miss nothing, and may take no messages: "
                        + worst
                        + ". Have the other nodes come back first; " + HOW;
    }

    /**
     * Returns a remark on a node removed from the cluster whose replicas stay listed in their groups. Empty if it has none, or
     * if that is unknown.
     *
     * @param where the address at which it accepts or last accepted members; null if unknown
     */
    String staysListed(@Nullable String where) {
        try {
            return where == null
                            || replicas.groups().stream()
                                    .noneMatch(group -> group.replicas().contains(where))
                    ? ""
                    : "Its replicas of the channels stay listed. An empty node that is started now takes them over by itself once"
                            + " the others are here and miss nothing; wkctl raft remove "
                            + where
                            + " makes place at once.";
        } catch (ChannelException e) {
            return "";
        }
    }
}
