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
 * Says what the channels that nodes keep together have against it that one of these nodes goes: each group needs a majority of its
 * replicas that are here and miss nothing. It goes by what this node sees now, and holds nothing: what happens between its word and the
 * change is not in it. On a node that keeps its channels alone nothing stands against anything. Thread-safe; blocks for some seconds, a
 * minute at most.
 */
final class ReplicaGuard {
    /** What this node knows of those who keep its channels. Thread-safe; blocks. */
    interface Replicas {
        /** Whether there are others. */
        boolean replicated();

        /** The groups; none if they are not known yet. */
        List<GroupStatus> groups() throws ChannelException;

        /** How many groups there are, the known ones and the others. */
        int groupsExpected();

        /** Whether this node has no part in what the others keep, and never had one. */
        boolean keepsNothing();

        /** The groups of which nodes miss something, by where these are; who does not say it is left out. */
        Map<String, Set<Integer>> filling() throws ChannelException;

        /** Why the groups are not known, or take nothing; null if they do. */
        @Nullable
        String trouble();
    }

    /** What administrators say to have it done in spite of what stands against it. */
    static final String FORCE = "--force";

    private static final String HOW = FORCE + " goes ahead all the same";

    private final Replicas replicas;

    ReplicaGuard(Replicas replicas) {
        this.replicas = replicas;
    }

    /** The words but for {@link #FORCE}. */
    static List<String> withoutForce(List<String> words) {
        return words.stream().filter(word -> !word.equals(FORCE)).toList();
    }

    /** One that goes by the channels of a node. */
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
     * Why a node that is in this one's cluster should not go out of it; null if nothing is against it.
     *
     * @param where it takes members; null if that is not known
     */
    @Nullable
    String againstLeaving(@Nullable String where) {
        return against(where, group -> group.present().contains(where));
    }

    /**
     * Why this node should not go out of its cluster into another one; null if nothing is against it. Where all groups are known and none
     * has a majority here the channels take nothing anyway, and joining the others may be what helps: that is not refused. Nor is it on a
     * newcomer that was refused its place, or of nodes that were too few so far for any to keep channels: it keeps nothing that others could
     * miss. On another node that knows no group, as one that was started anew, it is.
     *
     * @param where it takes members; null if that is not known
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
     * Why a replica should not be taken off the lists of those that keep the channels; null if nothing is against it. It does not
     * count itself, though a node is there: that may be another one.
     *
     * @param where it is, or was last
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
                return tooFew; // without a question to others, who may not be here
            }
            Map<String, Set<Integer>> filling = replicas.filling();
            return tooFew(where, groups, group -> whole(group, filling));
        } catch (ChannelException e) {
            return unknown(String.valueOf(e.getMessage()));
        }
    }

    /** A replica that is known by its id only, and so may be the one that goes; null if there is none, or that one is known. */
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

    /** Where those are that are here and have said that they miss nothing. */
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
     * What is to be said of a node that is taken out of the cluster: it stays listed as one of those that keep the channels. Empty if it is
     * none, or that is not known.
     *
     * @param where it takes members, or did last; null if that is not known
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
