package io.wkmq.benchmarks.load;

/**
 * The clients of a run.
 *
 * @param command what they do
 * @param pattern who receives whose messages
 * @param publishers the number of publishers
 * @param subscribers the number of subscribers
 * @param idle the number of clients that only connect
 * @param persistent whether their sessions outlive a lost connection
 * @param staySeconds how long subscribers stay connected before they drop the connection and reconnect; 0 for ever
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
