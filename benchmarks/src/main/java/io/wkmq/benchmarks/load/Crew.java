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
 */
record Crew(Command command, Pattern pattern, int publishers, int subscribers, int idle, boolean persistent) {
    int clients() {
        return publishers + subscribers + idle;
    }
}
