package io.wkmq.broker;

import io.wkmq.broker.auth.AccessSettings;
import io.wkmq.broker.config.BrokerConfig;
import io.wkmq.broker.config.MqttConfig;
import io.wkmq.session.ConnectRequest;
import io.wkmq.session.DropPolicy;
import io.wkmq.session.SessionConfig;
import io.wkmq.session.mvstore.Durability;
import io.wkmq.session.mvstore.StorageOptions;

/** Says in each layer's words what the configuration says. */
final class Mapping {
    private Mapping() {}

    static SessionConfig sessions(BrokerConfig config) {
        MqttConfig mqtt = config.mqtt();
        SessionConfig defaults = SessionConfig.defaults();
        return new SessionConfig(
                mqtt.session().maxInflight(),
                mqtt.session().maxAwaitingRel(),
                mqtt.session().maxSubscriptions(),
                mqtt.queue().maxLength(),
                mqtt.queue().maxBytes(),
                defaults.maxNodeQueueBytes(),
                mqtt.queue().storeQos0(),
                mqtt.queue().drop() == MqttConfig.DropPolicy.OLDEST ? DropPolicy.OLDEST : DropPolicy.NEWEST,
                Math.min(ConnectRequest.NEVER, mqtt.session().maxExpiry().toSeconds()),
                mqtt.sharedSubscriptionStrategy(),
                defaults.sharedRedispatch(),
                defaults.maxSessions(),
                defaults.mailboxMax());
    }

    static AccessSettings access(MqttConfig mqtt) {
        AccessSettings defaults = AccessSettings.DEFAULTS;
        return new AccessSettings(
                mqtt.allowAnonymous(),
                mqtt.allowAnonymousLoopback(),
                mqtt.aclNomatch() == MqttConfig.AclNomatch.ALLOW,
                defaults.cacheAcl(),
                defaults.cacheSizeMax(),
                defaults.cacheTtl());
    }

    static StorageOptions storage(BrokerConfig config) {
        MqttConfig.SessionLimits session = config.mqtt().session();
        return new StorageOptions(
                switch (session.durability()) {
                    case SYNC -> Durability.SYNC;
                    case INTERVAL -> Durability.INTERVAL;
                    case NONE -> Durability.NONE;
                },
                session.durabilityInterval(),
                StorageOptions.defaults().queueBytesMax());
    }
}
