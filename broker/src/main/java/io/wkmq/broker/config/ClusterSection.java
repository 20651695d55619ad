package io.wkmq.broker.config;

import io.wkmq.broker.config.ClusterConfig.Autoheal;
import io.wkmq.broker.config.ClusterConfig.ChannelBatch;
import io.wkmq.broker.config.ClusterConfig.ChannelScrub;
import io.wkmq.broker.config.ClusterConfig.Discovery;
import io.wkmq.broker.config.ClusterConfig.Heartbeat;
import io.wkmq.broker.config.ClusterConfig.Netsplit;
import io.wkmq.broker.config.ClusterConfig.Tls;
import io.wkmq.cluster.ClusterTimes;
import io.wkmq.cluster.discovery.StaticSeed;
import io.wkmq.cluster.membership.Detector;
import io.wkmq.cluster.sessions.SessionTimes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code cluster.*}. Confined to the loader. */
final class ClusterSection {
    static final String WORD = "[A-Za-z0-9_-]{1,128}";
    static final String WORD_EXPECTED = "letters, digits, _ and -";

    private static final String IDLE = "mqtt.client.idle_timeout";
    private static final Set<Long> CHANNEL_REPLICAS = Set.of(1L, 3L, 5L, 7L);
    private static final int CHANNEL_GROUPS_MAX = 64;
    private static final int CHANNEL_BATCH_MESSAGES_MAX = 4096;

    private final Values values;

    ClusterSection(Values values) {
        this.values = values;
    }

    ClusterConfig read() {
        Discovery discovery = values.choice("cluster.discovery", Discovery.class);
        DiscoverySections strategies = new DiscoverySections(values);
        ClusterConfig config = new ClusterConfig(
                values.word("cluster.name", WORD, WORD_EXPECTED),
                discovery,
                values.integer("cluster.bootstrap_expect", 0, 1000),
                values.duration("cluster.join.timeout", Duration.ofSeconds(1), Duration.ofMinutes(10)),
                new Autoheal(
                        values.flag("cluster.autoheal"),
                        values.duration("cluster.autoheal.delay", Duration.ofSeconds(1), Duration.ofHours(1)),
                        values.duration("cluster.autoheal.period", Duration.ofSeconds(1), Duration.ofHours(1))),
                values.durationOr(
                        "off", Duration.ZERO, "cluster.autoclean", Duration.ofSeconds(10), Duration.ofDays(3650)),
                heartbeat(),
                values.flag("cluster.tls.enabled") ? tls() : null,
                values.bytes("cluster.link.queue_bytes", 64 << 10, 1L << 30),
                values.duration("cluster.suback.wait", Duration.ZERO, Duration.ofMinutes(1)),
                times(),
                netsplit(),
                channelReplicas(discovery),
                values.integer("cluster.channels.groups", 1, CHANNEL_GROUPS_MAX),
                values.durationOr(
                        "off",
                        Duration.ZERO,
                        "cluster.channels.rebalance_after",
                        Duration.ofSeconds(1),
                        Duration.ofHours(1)),
                new ChannelScrub(
                        values.durationOr(
                                "off",
                                Duration.ZERO,
                                "cluster.channels.scrub_interval",
                                Duration.ofMinutes(1),
                                Duration.ofDays(3650)),
                        values.bytes("cluster.channels.scrub_rate", 64 << 10, 1L << 30)),
                new ChannelBatch(
                        values.integer("cluster.channels.batch_messages", 1, CHANNEL_BATCH_MESSAGES_MAX),
                        values.bytes("cluster.channels.batch_bytes", 1 << 10, 256 << 10),
                        values.durationOr(
                                "auto",
                                Duration.ZERO,
                                "cluster.channels.batch_linger",
                                Duration.ofMillis(1),
                                Duration.ofMillis(100))),
                seeds(discovery),
                strategies.mcast(),
                strategies.dns(),
                strategies.etcd(),
                strategies.k8s());
        if (discovery != Discovery.MANUAL && discovery != Discovery.SINGLETON) {
            notices();
        }
        if (discovery != Discovery.SINGLETON) {
            noticeOfWaits(config.times().sessions());
        }
        return config;
    }

    private ClusterTimes times() {
        return new ClusterTimes(
                values.duration("cluster.discovery_period", Duration.ofSeconds(4), Duration.ofHours(1)),
                values.duration("cluster.handshake.timeout", Duration.ofMillis(500), Duration.ofSeconds(10)),
                values.duration("cluster.answer.timeout", Duration.ofSeconds(1), Duration.ofMinutes(1)),
                values.duration("cluster.merge.timeout", Duration.ofSeconds(1), Duration.ofMinutes(1)),
                values.duration("cluster.leader.timeout", Duration.ofSeconds(5), Duration.ofMinutes(10)),
                new SessionTimes(
                        values.duration("cluster.connect.wait", Duration.ZERO, Duration.ofMinutes(1)),
                        values.duration("cluster.session.wait", Duration.ofSeconds(1), Duration.ofMinutes(1)),
                        values.duration("cluster.will.wait", Duration.ofMillis(100), Duration.ofHours(1)),
                        values.duration("cluster.will.restart_wait", Duration.ofSeconds(1), Duration.ofHours(1))));
    }

    private void noticeOfWaits(SessionTimes times) {
        Duration idle;
        try {
            idle = Units.duration(values.text(IDLE));
        } catch (IllegalArgumentException e) {
            return; // reported by the section that owns the key
        }
        Duration both = times.connect().plus(times.session());
        if (both.compareTo(idle) >= 0) {
            values.notice(
                    "cluster.connect.wait and cluster.session.wait are " + Units.show(both) + " together, and " + IDLE
                            + " is " + Units.show(idle)
                            + ": a client whose CONNECT waits for other nodes that long is cut off as idle,"
                            + " without a CONNACK; expected less");
        }
    }

    private Netsplit netsplit() {
        Netsplit netsplit = new Netsplit(
                values.flag("cluster.allow_register_during_netsplit"),
                values.flag("cluster.allow_publish_during_netsplit"),
                values.flag("cluster.allow_subscribe_during_netsplit"));
        if (!netsplit.allowsAll() && !values.text("cluster.autoclean").equalsIgnoreCase("off")) {
            values.notice("cluster.autoclean is " + values.text("cluster.autoclean")
                    + ": a node in the smaller part of a split cluster counts the others for that long, and then takes"
                    + " clients again in spite of cluster.allow_..._during_netsplit");
        }
        if (netsplit.register() && !netsplit.publish()) {
            values.notice(
                    "cluster.allow_publish_during_netsplit is off and cluster.allow_register_during_netsplit is on: in the"
                            + " smaller part of a split cluster clients below MQTT 5 are disconnected at each PUBLISH of QoS 1 and 2, and"
                            + " may connect to the same node again");
        }
        return netsplit;
    }

    private int channelReplicas(Discovery discovery) {
        String key = "cluster.channels.replicas";
        int replicas = values.parse(key, text -> {
            long number = Units.number(text);
            Values.require(
                    CHANNEL_REPLICAS.contains(number), "1, 3, 5 or 7: of 4 nodes no more may be missing than of 3");
            return (int) number;
        });
        if (replicas > 1 && discovery == Discovery.SINGLETON) {
            values.reject(key, "expected 1 with cluster.discovery = singleton");
        }
        return replicas;
    }

    private Heartbeat heartbeat() {
        Duration interval =
                values.duration("cluster.heartbeat.interval", Duration.ofMillis(100), Duration.ofMinutes(1));
        Duration max = values.duration("cluster.heartbeat.max", Duration.ofSeconds(1), Duration.ofMinutes(10));
        Duration counted = wholeSeconds(interval);
        if (wholeSeconds(max).compareTo(counted.multipliedBy(2)) < 0) {
            String rounded = counted.equals(interval) ? "" : ", for members " + Units.show(counted);
            values.reject(
                    "cluster.heartbeat.max",
                    "expected at least twice cluster.heartbeat.interval, which is " + Units.show(interval) + rounded);
        }
        return new Heartbeat(interval, max, values.choice("cluster.heartbeat.detector", Detector.class));
    }

    /** Rounds up to whole seconds: the membership counts in seconds, links do not. */
    private static Duration wholeSeconds(Duration time) {
        return Duration.ofSeconds(time.plusMillis(999).toSeconds());
    }

    private @Nullable Tls tls() {
        @Nullable Path cert = values.file("cluster.tls.cert");
        @Nullable Path key = values.file("cluster.tls.key");
        @Nullable Path ca = values.file("cluster.tls.ca");
        if (cert == null || key == null || ca == null) {
            values.reject(
                    "cluster.tls.enabled", "expected cluster.tls.cert, cluster.tls.key and cluster.tls.ca with it");
            return null;
        }
        return new Tls(cert, key, ca);
    }

    private List<StaticSeed> seeds(Discovery discovery) {
        List<StaticSeed> seeds = values.parse(
                "cluster.static.seeds",
                text -> Values.split(text).stream().map(StaticSeed::parse).toList());
        if (discovery == Discovery.STATIC && !values.isSet("cluster.static.seeds")) {
            values.reject("cluster.static.seeds", "expected at least one node with cluster.discovery = static");
        }
        return seeds;
    }

    /** Adds notices about settings that would cause surprises later. */
    private void notices() {
        if (!values.isSet("node.cookie")) {
            values.notice(
                    "node.cookie is not set: the node uses that of the file cookie in its data directory, or makes one;"
                            + " nodes with another one do not meet it");
        }
        String host = values.text("node.name").replaceFirst(".*@", "");
        if (host.startsWith("127.") || host.equals("localhost") || host.equals("::1")) {
            values.notice(
                    "node.name is at " + host + ": nodes on other hosts do not reach this one under that address");
        }
    }
}
