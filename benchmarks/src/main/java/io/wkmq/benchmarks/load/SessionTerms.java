package io.wkmq.benchmarks.load;

/**
 * How clients connect.
 *
 * @param persistent whether their sessions outlive a connection
 * @param topicAliasMax how many topic aliases they take of the broker; only MQTT 5 has them
 * @param staySeconds how long they stay before they drop their connection and come back; 0 for ever
 */
record SessionTerms(boolean persistent, int topicAliasMax, int staySeconds) {
    static final SessionTerms CLEAN = new SessionTerms(false, 0, 0);
    static final SessionTerms PERSISTENT = new SessionTerms(true, 0, 0);
}
