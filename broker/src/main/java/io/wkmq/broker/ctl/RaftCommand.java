package io.wkmq.broker.ctl;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.engine.ChannelNodes;
import io.wkmq.channel.engine.GroupLeaders;
import io.wkmq.channel.engine.GroupStatus;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.cluster.Cluster;
import io.wkmq.plugins.api.Command.Usage;
import java.util.List;
import java.util.Map;

/** {@code raft status|transfer|rebalance|remove}: administers the replicated logs of this node. */
final class RaftCommand implements CtlCommand {
    private static final Map<String, Integer> WORDS = Map.of("status", 1, "transfer", 3, "rebalance", 1, "remove", 2);

    private final NodeChannels channels;
    private final Cluster cluster;
    private final ReplicaGuard guard;
    private final GroupLeaders leaders;

    RaftCommand(NodeChannels channels, Cluster cluster, ReplicaGuard guard) {
        this.channels = channels;
        this.cluster = cluster;
        this.guard = guard;
        this.leaders = new GroupLeaders(channels);
    }

    @Override
    public String name() {
        return "raft";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("raft status", "Show the logs that are kept with other nodes"),
                new Usage("raft transfer <Group>|all <Node>", "Have a node lead a log, or all of them"),
                new Usage("raft rebalance", "Have each node lead about as many logs"),
                new Usage(
                        "raft remove <Replica> [--force]",
                        "Remove a node that is lost for ever, so that an empty one replaces it; by force though too few"
                                + " are left"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        String form = arguments.isEmpty() ? "" : arguments.get(0);
        boolean force = form.equals("remove") && arguments.contains(ReplicaGuard.FORCE);
        List<String> words = force ? ReplicaGuard.withoutForce(arguments) : arguments;
        if (!Integer.valueOf(words.size()).equals(WORDS.get(form))) {
            throw CtlException.unknownForm();
        }
        if (!channels.replicated()) {
            throw new CtlException(
                    "Error: this node keeps nothing together with others; expected cluster.channels.replicas = 3");
        }
        try {
            switch (form) {
                case "remove" -> {
                    remove(words.get(1), force);
                    answer.say("ok");
                }
                case "transfer" -> show(transfer(words.get(1), words.get(2)), answer);
                case "rebalance" -> show(leaders.rebalance(), answer);
                default -> status(answer);
            }
        } catch (ChannelException | IllegalArgumentException e) {
            throw new CtlException("Error: " + e.getMessage());
        }
    }

    private void remove(String replica, boolean force) throws ChannelException, CtlException {
        String reason = force ? null : guard.againstRemoval(replica);
        if (reason != null) {
            throw new CtlException("Error: " + reason);
        }
        new ChannelNodes(channels).removeNode(replica);
    }

    private void status(Answer answer) throws ChannelException, CtlException {
        List<GroupStatus> groups = channels.groups();
        if (groups.isEmpty()) {
            throw new CtlException("Error: " + channels.trouble());
        }
        show(groups, answer);
    }

    private List<GroupStatus> transfer(String group, String node) throws ChannelException {
        return leaders.transfer(
                group.equals("all") ? null : number(group),
                cluster.administration()
                        .flatMap(own -> own.status().address(node))
                        .orElse(node));
    }

    private static Integer number(String group) {
        try {
            return Integer.valueOf(group);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("The group is '" + group + "'; expected a number, or all", e);
        }
    }

    private void show(List<GroupStatus> groups, Answer answer) {
        answer.beginList();
        groups.forEach(group -> show(group, answer));
        answer.endList();
    }

    private void show(GroupStatus group, Answer answer) {
        boolean learner = channels.learner();
        answer.row(
                Printable.line("Group(" + group.group() + ", leader="
                        + (group.leader() == null ? "none" : group.leader())
                        + ", term=" + group.term() + ", last=" + group.last() + ", committed=" + group.committed()
                        + ", replicas=" + group.replicas() + (learner ? ", here=copy" : "")
                        + (group.whole() ? "" : ", missed=" + group.missed()) + ')'),
                object -> object.field("group", group.group())
                        .field("leader", group.leader())
                        .field("leads", group.leads())
                        .field("term", group.term())
                        .field("last", group.last())
                        .field("committed", group.committed())
                        .field("applied", group.applied())
                        .field("replicas", String.join(",", group.replicas()))
                        .field("copy", learner)
                        .field("whole", group.whole())
                        .field("missed", group.missed()));
    }
}
