package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Transfers the leadership of groups, one after the other, for administrators. Nothing acknowledged is lost; publishers only see a delay.
 * Thread-safe; its methods block.
 */
public final class GroupLeaders {
    private final NodeChannels channels;

    /** Creates the leadership control of the given channels. */
    public GroupLeaders(NodeChannels channels) {
        this.channels = channels;
    }

    /**
     * Transfers leadership to a given node.
     *
     * @param group the group; null for all
     * @param to the node's address, as in {@link GroupStatus.Member#where}
     * @return the groups whose leader has changed
     * @throws ChannelException if the node's replica of one of the groups is being filled, in which case nothing is changed; or if the
     *     node does not become the leader of a group within some seconds, in which case earlier groups stay transferred
     */
    public List<GroupStatus> transfer(@Nullable Integer group, String to) throws ChannelException {
        List<GroupStatus> chosen =
                chosen(group).stream().filter(each -> !to.equals(each.leader())).toList();
        Set<Integer> unfit = channels.filling().getOrDefault(to, Set.of());
        List<Integer> refused = numbers(
                chosen.stream().filter(each -> unfit.contains(each.group())).toList());
        if (!refused.isEmpty()) {
            throw new ChannelException(
                    "The node at " + to + " cannot lead groups " + refused
                            + " now: its replicas of them miss something, which is being fetched",
                    null);
        }
        for (GroupStatus each : chosen) {
            lead(each.group(), to);
        }
        return now(numbers(chosen));
    }

    /**
     * Has another leader elected, any node except those whose replica is being filled.
     *
     * @param group the group; null for all
     * @return the groups, with their new leaders
     * @throws ChannelException if there is no candidate, or a group has no leader within some seconds; earlier groups stay changed
     */
    public List<GroupStatus> elect(@Nullable Integer group) throws ChannelException {
        List<GroupStatus> chosen = chosen(group);
        Map<String, Set<Integer>> unfit = channels.filling();
        for (GroupStatus each : chosen) {
            lead(each.group(), successor(each, unfit));
        }
        return now(numbers(chosen));
    }

    /** Returns the node that is to lead a group next; null if any present node will do. */
    static @Nullable String successor(GroupStatus group, Map<String, Set<Integer>> unfit) throws ChannelException {
        List<String> others = group.present().stream()
                .filter(node -> !node.equals(group.leader()))
                .toList();
        List<String> fit = others.stream()
                .filter(node -> !unfit.getOrDefault(node, Set.of()).contains(group.group()))
                .toList();
        if (fit.size() == others.size()) {
            return null;
        }
        if (fit.isEmpty()) {
            throw new ChannelException(
                    "Group " + group.group() + ": no other node can lead it now: the replicas on " + others
                            + " miss something, which is being fetched",
                    null);
        }
        return fit.get(0);
    }

    /**
     * Spreads the leaderships evenly over the present nodes, so that their numbers differ by one at most; gives none to a node whose
     * replica of the group is being filled.
     *
     * @return the groups whose leader has changed
     * @throws ChannelException if a group is not transferred within some seconds; earlier groups stay changed
     */
    public List<GroupStatus> rebalance() throws ChannelException {
        List<GroupStatus> groups = channels.groups();
        if (groups.isEmpty()) {
            return groups;
        }
        List<Integer> changed = new ArrayList<>();
        for (LeaderPlan.Move move : LeaderPlan.of(groups, channels.filling())) {
            lead(move.group(), move.to());
            changed.add(move.group());
        }
        return now(changed);
    }

    private static List<Integer> numbers(List<GroupStatus> groups) {
        return groups.stream().map(GroupStatus::group).toList();
    }

    private List<GroupStatus> chosen(@Nullable Integer group) throws ChannelException {
        List<GroupStatus> all = channels.groups();
        List<GroupStatus> chosen = all.stream()
                .filter(each -> group == null || each.group() == group)
                .toList();
        if (chosen.isEmpty()) {
            throw new ChannelException(
                    group == null
                            ? "The groups of the channels are not here yet"
                            : "There is no group " + group + "; expected one of "
                                    + all.stream().map(GroupStatus::group).toList(),
                    null);
        }
        return chosen;
    }

    private void lead(int group, @Nullable String to) throws ChannelException {
        try {
            channels.lead(group, to);
        } catch (ChannelException e) {
            throw new ChannelException("Group " + group + ": " + e.getMessage(), e.getCause());
        }
    }

    private List<GroupStatus> now(List<Integer> changed) throws ChannelException {
        return channels.groups().stream()
                .filter(group -> changed.contains(group.group()))
                .toList();
    }
}
