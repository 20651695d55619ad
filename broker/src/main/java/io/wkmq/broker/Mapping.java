package io.wkmq.broker;

import io.wkmq.broker.auth.AccessSettings;
import io.wkmq.broker.config.BrokerConfig;
import io.wkmq.broker.config.ClusterConfig.ChannelBatch;
import io.wkmq.broker.config.ClusterConfig.ChannelScrub;
import io.wkmq.broker.config.MqttConfig;
import io.wkmq.channel.engine.AppenderOptions;
import io.wkmq.channel.engine.LocalOptions;
import io.wkmq.channel.engine.ReplicaOptions;
import io.wkmq.channel.engine.ReplicatedOptions;
import io.wkmq.channel.engine.ScrubOptions;
import io.wkmq.session.ConnectRequest;
import io.wkmq.session.DropPolicy;
import io.wkmq.session.RetainedLimits;
import io.wkmq.session.SessionConfig;
import io.wkmq.session.mvstore.Durability;
import io.wkmq.session.mvstore.StorageOptions;

/** Maps the configuration to the settings of the individual layers. */
final class Mapping {
    private Mapping() {}

    static SessionConfig sessions(BrokerConfig config) {
        MqttConfig mqtt = config.mqtt();
        return new SessionConfig(
                mqtt.session().maxInflight(),
                mqtt.session().maxAwaitingRel(),
                mqtt.session().maxSubscriptions(),
                mqtt.queue().maxLength(),
                mqtt.queue().maxBytes(),
                (long) (Runtime.getRuntime().maxMemory() * config.overload().queueMemoryShare()),
                mqtt.queue().storeQos0(),
                mqtt.queue().drop() == MqttConfig.DropPolicy.OLDEST ? DropPolicy.OLDEST : DropPolicy.NEWEST,
                Math.min(ConnectRequest.NEVER, mqtt.session().maxExpiry().toSeconds()),
                mqtt.sharedSubscriptionStrategy(),
                mqtt.sharedRedispatch(),
                config.overload().maxSessions(),
                config.overload().mailboxLength());
    }

    static AccessSettings access(MqttConfig mqtt) {
        return new AccessSettings(
                mqtt.allowAnonymous(),
                mqtt.allowAnonymousLoopback(),
                mqtt.aclNomatch() == MqttConfig.AclNomatch.ALLOW,
                mqtt.aclCache().enabled(),
                mqtt.aclCache().maxTopics(),
                mqtt.aclCache().ttl());
    }

    static RetainedLimits retained(BrokerConfig config) {
        MqttConfig.RetainedLimits limits = config.mqtt().retained();
        return new RetainedLimits(
                limits.maxMessages(),
                limits.maxBytes(),
                limits.maxPayloadBytes(),
                limits.expiry().toSeconds());
    }

    static LocalOptions channels(BrokerConfig config) {
        LocalOptions defaults = LocalOptions.defaults();
        return new LocalOptions(
                config.cluster().channelGroups(),
                defaults.segmentBytes(),
                defaults.logBytesMax(),
                defaults.checkpointInterval(),
                config.storage().reserveBytes(),
                defaults.fileBytesMax(),
                defaults.openMax(),
                defaults.liveMax(),
                defaults.retentionInterval(),
                appender(config, defaults.appender()),
                scrub(config));
    }

    static ReplicatedOptions replicatedChannels(BrokerConfig config) {
        ReplicatedOptions defaults = ReplicatedOptions.defaults(scrub(config));
        return new ReplicatedOptions(
                ReplicaOptions.defaults(config.cluster().channelGroups()),
                defaults.retentionInterval(),
                defaults.patience(),
                config.cluster().channelRebalanceAfter(),
                appender(config, defaults.appender()),
                defaults.scrub());
    }

    private static AppenderOptions appender(BrokerConfig config, AppenderOptions defaults) {
        ChannelBatch batch = config.cluster().channelBatch();
        return new AppenderOptions(
                batch.messages(),
                (int) batch.bytes(),
                batch.linger().isZero() ? defaults.lingerMs() : batch.linger().toMillis(),
                defaults.inFlightMax(),
                defaults.deadlineMs(),
                defaults.attemptMs(),
                defaults.pauseMs(),
                defaults.bytesMax());
    }

    private static ScrubOptions scrub(BrokerConfig config) {
        ChannelScrub scrub = config.cluster().channelScrub();
        return new ScrubOptions(scrub.interval(), scrub.rateBytes());
    }

    static StorageOptions storage(BrokerConfig config) {
        MqttConfig.SessionLimits session = config.mqtt().session();
        StorageOptions defaults = StorageOptions.defaults();
        return new StorageOptions(
                switch (session.durability()) {
                    case SYNC -> Durability.SYNC;
                    case INTERVAL -> Durability.INTERVAL;
                    case NONE -> Durability.NONE;
                },
                session.durabilityInterval(),
                defaults.queueBytesMax(),
                defaults.segmentBytes(),
                defaults.logBytesMax(),
                defaults.checkpointInterval(),
                config.storage().reserveBytes(),
                config.storage().failOnCorruption());
    }
}
