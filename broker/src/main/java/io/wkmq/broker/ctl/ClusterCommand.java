package io.wkmq.broker.ctl;

import io.wkmq.cluster.Cluster;
import io.wkmq.plugins.api.Command.Usage;
import java.util.List;
import java.util.stream.Collectors;

/** {@code cluster}: this version is a cluster of one, and says so. */
final class ClusterCommand implements CtlCommand {
    private static final String SINGLE = "this version of wkmq runs as a single node";

    private final Cluster cluster;

    ClusterCommand(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("cluster join <Node>", "Join the cluster (not in this version)"),
                new Usage("cluster leave", "Leave the cluster (not in this version)"),
                new Usage("cluster force-leave <Node>", "Remove a node from the cluster (not in this version)"),
                new Usage("cluster status", "Cluster status"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        String form = arguments.isEmpty() ? "" : arguments.get(0) + '/' + arguments.size();
        switch (form) {
            case "status/1" -> status(answer);
            case "join/2" -> throw new CtlException("Failed to join the cluster: " + SINGLE);
            case "leave/1" -> throw new CtlException("Failed to leave the cluster: node_not_in_cluster, " + SINGLE);
            case "force-leave/2", "remove/2" ->
                throw new CtlException("Failed to remove the node from cluster: " + SINGLE);
            default -> throw CtlException.unknownForm();
        }
    }

    private void status(Answer answer) {
        String running = cluster.running().stream()
                .map(node -> "'" + node.name() + "'")
                .collect(Collectors.joining(",", "[{running_nodes,[", "]}]"));
        answer.object("Cluster status: " + running, object -> {
            object.name("running_nodes").beginArray();
            cluster.running().forEach(node -> object.value(node.name()));
            object.endArray().name("stopped_nodes").beginArray().endArray();
        });
    }
}
