package io.wkmq.broker.sys;

import io.wkmq.broker.stats.NodeFacts;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/** Publishes a node's messages below {@code $SYS/brokers}, with QoS 0 and not retained. Thread-safe if its message sink is. */
public final class SysPublisher {
    private static final String BROKERS = "$SYS/brokers";

    private final NodeFacts facts;
    private final BiConsumer<Message, HandOver> publish;

    /** Creates a publisher for a node that passes its messages to the given sink. */
    public SysPublisher(NodeFacts facts, BiConsumer<Message, HandOver> publish) {
        this.facts = facts;
        this.publish = publish;
    }

    /** Publishes the name of this node. */
    void name() {
        publish(BROKERS, facts.name().toString());
    }

    /** Publishes a text to a topic below the node's. */
    void say(String topic, String text) {
        publish(BROKERS + '/' + facts.name() + '/' + topic, text);
    }

    private void publish(String topic, String text) {
        publish.accept(
                new Message(
                        TopicName.of(topic),
                        text.getBytes(StandardCharsets.UTF_8),
                        Qos.AT_MOST_ONCE,
                        false,
                        MessageProperties.NONE,
                        facts.name().toString(),
                        facts.clock().millis(),
                        Message.NEVER),
                HandOver.NONE);
    }
}
