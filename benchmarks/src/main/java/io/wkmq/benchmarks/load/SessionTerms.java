package io.wkmq.benchmarks.load;

/**
 * The session settings of clients.
 *
 * @param persistent whether their sessions outlive a connection
 * @param topicAliasMax the highest topic alias they accept from the broker (MQTT 5 only)
 * @param staySeconds how long they stay connected before they drop the connection and reconnect; 0 for ever
 */
record SessionTerms(boolean persistent, int topicAliasMax, int staySeconds) {
    static final SessionTerms CLEAN = new SessionTerms(false, 0, 0);
    static final SessionTerms PERSISTENT = new SessionTerms(true, 0, 0);
}
