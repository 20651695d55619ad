package io.wkmq.broker.protocol;

/** Features that some tests need to be set up in the broker; without them these tests are skipped. */
enum BrokerFeature {
    /** A WebSocket listener at the path {@code /mqtt}. */
    WEBSOCKET,
    /** The user {@link BrokerUnderTest#REFUSED_USER} is refused whatever its password. */
    REFUSED_USER,
    /** Nobody may publish or subscribe to topics below {@link BrokerUnderTest#DENIED_TOPICS}. */
    DENIED_TOPICS,
    /** The authentication method {@link ChallengeMethod#NAME} is supported. */
    ENHANCED_AUTHENTICATION
}
