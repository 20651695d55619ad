package io.wkmq.broker.config;

import io.wkmq.broker.config.MqttConfig.AclCache;
import io.wkmq.broker.config.MqttConfig.AclNomatch;
import io.wkmq.broker.config.MqttConfig.DropPolicy;
import io.wkmq.broker.config.MqttConfig.Durability;
import io.wkmq.broker.config.MqttConfig.QueueLimits;
import io.wkmq.broker.config.MqttConfig.RetainedLimits;
import io.wkmq.broker.config.MqttConfig.SessionLimits;
import io.wkmq.routing.ShareStrategy;
import java.time.Duration;
import java.util.List;

/** Reads {@code mqtt.*}. Confined to the loader. */
final class MqttSection {
    private static final int UINT16_MAX = 65535;

    /** The largest MQTT packet has a body of 268,435,455 bytes. */
    private static final long PACKET_BYTES_MAX = 256L << 20;

    /** A session expiry of 0xFFFFFFFF seconds means the session never expires [MQTT-3.1.2.11.2]. */
    private static final Duration FOR_EVER = Duration.ofSeconds(0xFFFF_FFFFL);

    private final Values values;

    MqttSection(Values values) {
        this.values = values;
    }

    MqttConfig read() {
        return new MqttConfig(
                values.flag("mqtt.allow_anonymous"),
                values.flag("mqtt.allow_anonymous_loopback"),
                values.choice("mqtt.acl_nomatch", AclNomatch.class),
                new AclCache(
                        values.flag("mqtt.cache_acl"),
                        values.integer("mqtt.acl_cache.max_size", 1, 10_000),
                        values.duration("mqtt.acl_cache.ttl", Duration.ofSeconds(1), Duration.ofDays(1))),
                values.integer("mqtt.max_clientid_len", 23, UINT16_MAX),
                (int) values.bytes("mqtt.max_packet_size", 1 << 10, PACKET_BYTES_MAX),
                values.flag("mqtt.fast_decode"),
                values.decimal("mqtt.keepalive_backoff", 0.5, 10),
                values.durationOr(
                        "off",
                        Duration.ZERO,
                        "mqtt.server_keepalive",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(UINT16_MAX)),
                values.duration("mqtt.client.idle_timeout", Duration.ofSeconds(1), Duration.ofMinutes(10)),
                session(),
                queue(),
                retained(),
                values.choice("mqtt.shared_subscription_strategy", ShareStrategy.class),
                values.flag("mqtt.shared_subscription_redispatch"),
                values.integer("mqtt.max_topic_alias", 0, UINT16_MAX),
                values.integer("mqtt.max_outbound_topic_alias", 0, UINT16_MAX),
                values.integer("mqtt.max_topic_levels", 1, UINT16_MAX),
                values.integer("mqtt.max_topic_len", 1, UINT16_MAX),
                responseInformation(),
                values.durationOr(
                        "off", Duration.ZERO, "mqtt.broker.sys_interval", Duration.ofSeconds(1), Duration.ofDays(1)));
    }

    private SessionLimits session() {
        if (values.flag("mqtt.session.upgrade_qos")) {
            values.notice("mqtt.session.upgrade_qos does not act in this version: a delivery has the lower QoS of its"
                    + " message and its subscription");
        }
        return new SessionLimits(
                values.integer("mqtt.session.max_subscriptions", 0, 1_000_000),
                orNoLimit(values.integer("mqtt.session.max_inflight", 0, UINT16_MAX)),
                orNoLimit(values.integer("mqtt.session.max_awaiting_rel", 0, UINT16_MAX)),
                values.durationOr(
                        "never", FOR_EVER, "mqtt.session.expiry_interval", Duration.ZERO, FOR_EVER.minusSeconds(1)),
                values.choice("mqtt.session.durability", Durability.class),
                values.duration("mqtt.session.durability_interval", Duration.ofMillis(1), Duration.ofMinutes(1)));
    }

    /** Maps EMQ's 0, for no limit, to the number of packet ids, which is a limit anyway. */
    private static int orNoLimit(int limit) {
        return limit == 0 ? UINT16_MAX : limit;
    }

    private QueueLimits queue() {
        enum Type {
            SIMPLE,
            PRIORITY
        }
        checkPriorities();
        if (values.choice("mqtt.mqueue.type", Type.class) == Type.PRIORITY) {
            values.notice("mqtt.mqueue.type = priority does not act in this version: all messages wait in one order");
        }
        return new QueueLimits(
                values.integer("mqtt.mqueue.max_length", 0, 10_000_000),
                values.bytes("mqtt.mqueue.max_bytes", 64 << 10, 1L << 40),
                values.flag("mqtt.mqueue.store_qos0"),
                values.choice("mqtt.mqueue.drop", DropPolicy.class));
    }

    /** Validates the priorities, although they have no effect. */
    private void checkPriorities() {
        List<String> unused = values.parse("mqtt.mqueue.priority", text -> {
            List<String> entries = Values.split(text);
            Values.require(
                    entries.stream().allMatch(MqttSection::isPriority),
                    "topic=priority between commas, priority from 0 to 255, as in topic/1=10,topic/2=8");
            return entries;
        });
    }

    private static boolean isPriority(String entry) {
        int equals = entry.lastIndexOf('=');
        String number = entry.substring(equals + 1).strip();
        return equals > 0 && number.matches("\\d{1,3}") && Integer.parseInt(number) <= 255;
    }

    private RetainedLimits retained() {
        return new RetainedLimits(
                values.flag("mqtt.retained.enabled"),
                values.integer("mqtt.retained.max_messages", 1, 100_000_000),
                (int) values.bytes("mqtt.retained.max_payload", 1, PACKET_BYTES_MAX),
                values.bytes("mqtt.retained.max_bytes", 64 << 10, 1L << 40),
                values.durationOr(
                        "never", Duration.ZERO, "mqtt.retained.expiry", Duration.ofSeconds(1), Duration.ofDays(3650)));
    }

    private String responseInformation() {
        return values.parse("mqtt.response_information", text -> {
            boolean fits = text.length() <= 1024 && text.chars().noneMatch(c -> c == '+' || c == '#' || c == 0);
            Values.require(fits, "the start of a topic, without + and #");
            return text;
        });
    }
}
