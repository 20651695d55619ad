package io.wkmq.broker.sys;

import io.wkmq.broker.stats.NodeStatistics;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.function.BiConsumer;

/**
 * Publishes the node's figures in rounds, as EMQ does: {@code version}, {@code uptime}, {@code datetime}, {@code sysdescr},
 * {@code stats/...} and {@code metrics/...} below {@code $SYS/brokers/<node>/}. QoS 0, not retained. Used by one thread.
 */
public final class SysTopics implements Runnable {
    private static final DateTimeFormatter DATE_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private static final String DESCRIPTION = "wkmq MQTT broker";

    private final String node;
    private final String version;
    private final NodeStatistics statistics;
    private final BiConsumer<Message, HandOver> publish;
    private final Clock clock;
    private final Instant startedAt;

    /** For a node that has just started. */
    public SysTopics(
            NodeName node,
            String version,
            NodeStatistics statistics,
            BiConsumer<Message, HandOver> publish,
            Clock clock) {
        this.node = node.toString();
        this.version = version;
        this.statistics = statistics;
        this.publish = publish;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    /** One round. */
    @Override
    public void run() {
        say("$SYS/brokers", node);
        sayOfNode("version", version);
        sayOfNode("sysdescr", DESCRIPTION);
        sayOfNode("uptime", uptime(Duration.between(startedAt, clock.instant())));
        sayOfNode("datetime", DATE_TIME.format(LocalDateTime.ofInstant(clock.instant(), ZoneId.systemDefault())));
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
                        clock.millis(),
                        Message.NEVER),
                HandOver.NONE);
    }

    /** As EMQ writes it: {@code 2 days, 3 hours, 4 minutes, 5 seconds}. */
    static String uptime(Duration up) {
        StringBuilder text = new StringBuilder();
        if (up.toDays() > 0) {
            text.append(up.toDays()).append(" days, ");
        }
        if (up.toHours() > 0) {
            text.append(up.toHoursPart()).append(" hours, ");
        }
        if (up.toMinutes() > 0) {
            text.append(up.toMinutesPart()).append(" minutes, ");
        }
        return text.append(up.toSecondsPart()).append(" seconds").toString();
    }
}
