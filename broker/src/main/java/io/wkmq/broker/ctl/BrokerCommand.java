package io.wkmq.broker.ctl;

import io.wkmq.broker.alarm.Alarms;
import io.wkmq.broker.stats.NodeFacts;
import io.wkmq.broker.stats.NodeStatistics;
import io.wkmq.cluster.Cluster;
import io.wkmq.plugins.api.Command.Usage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code broker [stats|metrics]}: EMQ's lines, plus one about the cluster and one about alarms. */
final class BrokerCommand implements CtlCommand {
    private static final int FACTS_WIDTH = 10;
    private static final int STATS_WIDTH = 20;
    private static final int METRICS_WIDTH = 24;

    private final NodeFacts facts;
    private final NodeStatistics statistics;
    private final Cluster cluster;
    private final Alarms alarms;

    BrokerCommand(NodeFacts facts, NodeStatistics statistics, Cluster cluster, Alarms alarms) {
        this.facts = facts;
        this.statistics = statistics;
        this.cluster = cluster;
        this.alarms = alarms;
    }

    @Override
    public String name() {
        return "broker";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("broker", "Show broker version, uptime and description"),
                new Usage("broker stats", "Show broker statistics of clients, topics, subscribers"),
                new Usage("broker metrics", "Show broker metrics"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        switch (String.join(" ", arguments)) {
            case "" -> answer.table(FACTS_WIDTH, description());
            case "stats" -> answer.table(STATS_WIDTH, statistics.stats());
            case "metrics" -> answer.table(METRICS_WIDTH, statistics.metrics());
            default -> throw CtlException.unknownForm();
        }
    }

    private Map<String, String> description() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("sysdescr", facts.description());
        lines.put("version", facts.version());
        lines.put("uptime", facts.uptime());
        lines.put("datetime", facts.dateTime());
        cluster.administration().ifPresent(node -> lines.put("cluster", ClusterText.size(node.status())));
        lines.put("alarms", Integer.toString(alarms.active().size()));
        return lines;
    }
}
