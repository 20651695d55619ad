package io.wkmq.benchmarks.load;

/**
 * The clients.
 *
 * @param command what they do
 * @param pattern who gets whose messages
 * @param publishers how many publish
 * @param subscribers how many subscribe
 * @param idle how many only connect
 * @param persistent whether their sessions outlive a lost connection
 * @param staySeconds how long subscribers stay before they drop their connection and come back; 0 for ever
 */
record Crew(
        Command command,
        Pattern pattern,
        int publishers,
        int subscribers,
        int idle,
        boolean persistent,
        int staySeconds) {
    int clients() {
        return publishers + subscribers + idle;
    }
}
