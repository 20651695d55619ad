package io.wkmq.broker.config;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * EMQ configuration keys that wkmq does not support or knows under another name. Unsupported keys are accepted, so that an
 * {@code emq.conf} loads unchanged, unless ignoring one would remove a protection. Immutable.
 */
final class EmqKeys {
    /** How an unsupported key is handled. */
    enum Fate {
        /** Tunes the Erlang VM: one notice for all such keys. */
        ERLANG,
        /** Accepted, with a notice that says why it has no effect. */
        UNUSED,
        /** An error, because it is not safe to ignore. */
        REFUSED
    }

    /**
     * The handling of one or more keys.
     *
     * @param keys matches whole keys
     * @param fate how they are handled
     * @param reason why, and what to use instead
     */
    record Rule(Pattern keys, Fate fate, String reason) {}

    private static final List<Rule> RULES = List.of(
            rule(
                    "node\\.(smp|heartbeat|kernel_poll|async_threads|process_limit|max_ports|max_ets_tables"
                            + "|fullsweep_after|dist_buffer_size|crash_dump|proto_dist|dist_net_ticktime)",
                    Fate.ERLANG,
                    ""),
            rule("sysmon\\..+", Fate.ERLANG, ""),
            rule("mqtt\\.conn\\.force_gc_count|mqtt\\.pubsub\\.(pool_size|by_clientid|async)", Fate.ERLANG, ""),
            rule(
                    "listener\\.[a-z]+\\.[^.]+\\.(recbuf|sndbuf|buffer|tune_buffer|send_timeout|send_timeout_close|dhfile"
                            + "|secure_renegotiate|reuse_sessions|honor_cipher_order)",
                    Fate.ERLANG,
                    ""),
            rule(
                    "log\\.(console\\.(level|file)|error\\.(file|size|count)|crash(\\.file)?|syslog(\\..+)?)",
                    Fate.UNUSED,
                    "use log.level, log.dir and log.rotation.*, or etc/logback.xml"),
            rule("mqtt\\.websocket_protocol_header", Fate.UNUSED, "the subprotocol is negotiated as MQTT asks"),
            rule("mqtt\\.(client|session)\\.enable_stats", Fate.UNUSED, "statistics are always kept"),
            rule(
                    "mqtt\\.session\\.retry_interval",
                    Fate.UNUSED,
                    "a delivery is repeated only after a reconnect, as MQTT asks"),
            rule(
                    "mqtt\\.session\\.await_rel_timeout",
                    Fate.UNUSED,
                    "a QoS 2 message waits for its PUBREL as long as its session lives, as MQTT asks"),
            rule(
                    "mqtt\\.mqueue\\.(low|high)_watermark",
                    Fate.UNUSED,
                    "use mqtt.mqueue.max_length and mqtt.mqueue.max_bytes"),
            rule(
                    "cluster\\.mcast\\.(sndbuf|recbuf|buffer)",
                    Fate.UNUSED,
                    "a packet is smaller than any system's buffer"),
            rule("mqtt\\.bridge\\..+", Fate.UNUSED, "this version has no bridges"),
            rule("mqtt\\.plugins\\..+", Fate.UNUSED, "use plugins.dir and plugins.loaded"),
            rule("listener\\.api\\..+", Fate.UNUSED, "use management.listen"),
            rule(
                    "mqtt\\.session\\.ignore_loop_deliver",
                    Fate.REFUSED,
                    "not in this version; MQTT 5 clients can ask for No Local"),
            rule("mqtt\\.client\\.max_publish_rate", Fate.REFUSED, "use listener.<protocol>.<name>.messages_rate"),
            rule("node\\.ssl_dist_optfile", Fate.REFUSED, "use cluster.tls.enabled, .cert, .key and .ca"));

    /** Keys of later EMQ versions, mapped to the keys that wkmq uses. */
    private static final Map<String, String> RENAMED = Map.of(
            "cluster.discovery_strategy", "cluster.discovery",
            "cluster.etcd.ssl.cacertfile", "cluster.etcd.tls.ca",
            "cluster.etcd.ssl.certfile", "cluster.etcd.tls.cert",
            "cluster.etcd.ssl.keyfile", "cluster.etcd.tls.key",
            "cluster.etcd.ssl_options.cacertfile", "cluster.etcd.tls.ca",
            "cluster.etcd.ssl_options.certfile", "cluster.etcd.tls.cert",
            "cluster.etcd.ssl_options.keyfile", "cluster.etcd.tls.key");

    private EmqKeys() {}

    /** Returns the setting under the key that wkmq uses. */
    static Setting known(Setting setting) {
        String key = RENAMED.getOrDefault(setting.key(), setting.key());
        return new Setting(key, setting.value(), setting.place(), setting.name());
    }

    /** Returns the rule for a key, or null if it is not an unsupported EMQ key. */
    static @Nullable Rule rule(String key) {
        for (Rule rule : RULES) {
            if (rule.keys.matcher(key).matches()) {
                return rule;
            }
        }
        return null;
    }

    /** Returns whether the value requests nothing, so that even a refused key is harmless. */
    static boolean asksForNothing(String value) {
        return value.isEmpty() || value.equals("off") || value.equals("false");
    }

    private static Rule rule(String regex, Fate fate, String reason) {
        return new Rule(Pattern.compile(regex), fate, reason);
    }
}
