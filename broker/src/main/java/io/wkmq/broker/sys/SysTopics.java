package io.wkmq.broker.sys;

import io.wkmq.broker.stats.NodeFacts;
import io.wkmq.broker.stats.NodeStatistics;

/**
 * Publishes the node's statistics periodically, as EMQ does: {@code version}, {@code uptime}, {@code datetime},
 * {@code sysdescr}, {@code stats/...} and {@code metrics/...} below {@code $SYS/brokers/<node>/}. Confined to one thread.
 */
public final class SysTopics implements Runnable {
    private final NodeFacts facts;
    private final NodeStatistics statistics;
    private final SysPublisher publisher;

    /** Creates the publisher of a node's statistics. */
    public SysTopics(NodeFacts facts, NodeStatistics statistics, SysPublisher publisher) {
        this.facts = facts;
        this.statistics = statistics;
        this.publisher = publisher;
    }

    /** Publishes all topics once. */
    @Override
    public void run() {
        publisher.name();
        publisher.say("version", facts.version());
        publisher.say("sysdescr", facts.description());
        publisher.say("uptime", facts.uptime());
        publisher.say("datetime", facts.dateTime());
        statistics.stats().forEach((name, value) -> publisher.say("stats/" + name, Long.toString(value)));
        statistics.metrics().forEach((name, value) -> publisher.say("metrics/" + name, Long.toString(value)));
    }
}
