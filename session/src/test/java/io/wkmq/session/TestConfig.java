package io.wkmq.session;

import io.wkmq.routing.ShareStrategy;

/** A mutable builder of {@link SessionConfig}. */
final class TestConfig {
    int maxInflight = 100;
    int maxAwaitingRel = 1000;
    int maxSubscriptions;
    int maxQueueLength = 1000;
    long maxQueueBytes = 1 << 20;
    long maxNodeQueueBytes = 64 << 20;
    boolean storeQos0 = true;
    DropPolicy dropPolicy = DropPolicy.OLDEST;
    long expiryMaxSeconds = ConnectRequest.NEVER;
    boolean sharedRedispatch = true;
    int maxSessions;
    int mailboxMax = 1000;

    SessionConfig build() {
        return new SessionConfig(
                maxInflight,
                maxAwaitingRel,
                maxSubscriptions,
                maxQueueLength,
                maxQueueBytes,
                maxNodeQueueBytes,
                storeQos0,
                dropPolicy,
                expiryMaxSeconds,
                ShareStrategy.ROUND_ROBIN,
                sharedRedispatch,
                maxSessions,
                mailboxMax);
    }
}
