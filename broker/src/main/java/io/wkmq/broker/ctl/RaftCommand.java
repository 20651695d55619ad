package io.wkmq.broker.ctl;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.engine.GroupStatus;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.plugins.api.Command.Usage;
import java.util.List;

/** {@code raft status|remove}: the logs that this node keeps together with others. */
final class RaftCommand implements CtlCommand {
    private final NodeChannels channels;

    RaftCommand(NodeChannels channels) {
        this.channels = channels;
    }

    @Override
    public String name() {
        return "raft";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("raft status", "Show the logs that are kept with other nodes"),
                new Usage(
                        "raft remove <Replica>",
                        "Remove a node that is lost for ever, so that an empty one replaces it"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        boolean removes = arguments.size() == 2 && arguments.get(0).equals("remove");
        if (!removes && !arguments.equals(List.of("status"))) {
            throw CtlException.unknownForm();
        }
        if (!channels.replicated()) {
            throw new CtlException(
                    "Error: this node keeps nothing together with others; expected cluster.channels.replicas = 3");
        }
        try {
            if (removes) {
                channels.removeNode(arguments.get(1));
                answer.say("ok");
                return;
            }
            List<GroupStatus> groups = channels.groups();
            if (groups.isEmpty()) {
                throw new CtlException("Error: " + channels.trouble());
            }
            answer.beginList();
            groups.forEach(group -> show(group, answer));
            answer.endList();
        } catch (ChannelException e) {
            throw new CtlException("Error: " + e.getMessage());
        }
    }

    private static void show(GroupStatus group, Answer answer) {
        answer.row(
                Printable.line("Group(" + group.group() + ", leader="
                        + (group.leader() == null ? "none" : group.leader())
                        + ", term=" + group.term() + ", last=" + group.last() + ", committed=" + group.committed()
                        + ", replicas=" + group.replicas() + ')'),
                object -> object.field("group", group.group())
                        .field("leader", group.leader())
                        .field("leads", group.leads())
                        .field("term", group.term())
                        .field("last", group.last())
                        .field("committed", group.committed())
                        .field("replicas", String.join(",", group.replicas())));
    }
}
