package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes who leads the groups of a node's channels, one after the other, for administrators. What was acknowledged stays, and who
 * publishes meanwhile sees nothing but the time. Thread-safe; its methods block.
 */
public final class GroupLeaders {
    private final NodeChannels channels;

    /** Those of these channels. */
    public GroupLeaders(NodeChannels channels) {
        this.channels = channels;
    }

    /**
     * Has one node lead.
     *
     * @param group which group; null for all
     * @param to where the node is, as {@link GroupStatus.Member#where} says it
     * @return the groups that have another leader than before
     * @throws ChannelException if it does not lead one of them within some seconds; those before that one are done
     */
    public List<GroupStatus> transfer(@Nullable Integer group, String to) throws ChannelException {
        List<Integer> changed = new ArrayList<>();
        for (GroupStatus each : chosen(group)) {
            if (!to.equals(each.leader())) {
                lead(each.group(), to);
                changed.add(each.group());
            }
        }
        return now(changed);
    }

    /**
     * Has another leader elected, whoever that is.
     *
     * @param group of which group; null for all
     * @return the groups, with their new leaders
     * @throws ChannelException if one of them has none within some seconds; those before that one are done
     */
    public List<GroupStatus> elect(@Nullable Integer group) throws ChannelException {
        List<Integer> changed = new ArrayList<>();
        for (GroupStatus each : chosen(group)) {
            lead(each.group(), null);
            changed.add(each.group());
        }
        return now(changed);
    }

    /**
     * Has each node that is here lead as many groups as any other, or one more.
     *
     * @return the groups that have another leader than before
     * @throws ChannelException if one of them has not within some seconds; those before that one are done
     */
    public List<GroupStatus> rebalance() throws ChannelException {
        List<Integer> changed = new ArrayList<>();
        for (LeaderPlan.Move move : LeaderPlan.of(channels.groups())) {
            lead(move.group(), move.to());
            changed.add(move.group());
        }
        return now(changed);
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
