package io.wkmq.broker.sys;

import io.wkmq.broker.stats.NodeFacts;
import io.wkmq.broker.stats.NodeStatistics;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/**
 * Publishes the node's figures in rounds, as EMQ does: {@code version}, {@code uptime}, {@code datetime}, {@code sysdescr},
 * {@code stats/...} and {@code metrics/...} below {@code $SYS/brokers/<node>/}. QoS 0, not retained. Used by one thread.
 */
public final class SysTopics implements Runnable {
    private final NodeFacts facts;
    private final String node;
    private final NodeStatistics statistics;
    private final BiConsumer<Message, HandOver> publish;

    /** For a node and what publishes its messages. */
    public SysTopics(NodeFacts facts, NodeStatistics statistics, BiConsumer<Message, HandOver> publish) {
        this.facts = facts;
        this.node = facts.name().toString();
        this.statistics = statistics;
        this.publish = publish;
    }

    /** One round. */
    @Override
    public void run() {
        say("$SYS/brokers", node);
        sayOfNode("version", facts.version());
        sayOfNode("sysdescr", facts.description());
        sayOfNode("uptime", facts.uptime());
        sayOfNode("datetime", facts.dateTime());
        statistics.stats().forEach((name, value) -> sayOfNode("stats/" + name, Long.toString(value)));
        statistics.metrics().forEach((name, value) -> sayOfNode("metrics/" + name, Long.toString(value)));
    }

    private void sayOfNode(String topic, String text) {
        say("$SYS/brokers/" + node + '/' + topic, text);
    }

    private void say(String topic, String text) {
        publish.accept(
                new Message(
                        TopicName.of(topic),
                        text.getBytes(StandardCharsets.UTF_8),
                        Qos.AT_MOST_ONCE,
                        false,
                        MessageProperties.NONE,
                        node,
                        facts.clock().millis(),
                        Message.NEVER),
                HandOver.NONE);
    }
}
