package io.wkmq.benchmarks.load;

/**
 * The messages.
 *
 * @param qos their QoS
 * @param subscriptionQos the QoS of the subscriptions
 * @param payloadBytes the size of a payload
 * @param topic a publisher's topic; {@code %i} stands for the client's number, {@code %c} for its client id
 * @param rate messages a second of all publishers together, 0 for as many as the window lets through
 * @param inflightMax how many QoS 1 and 2 messages of a publisher may be unacknowledged
 * @param onTheWayMax how many messages of a publisher may be on their way to its subscribers; 0 for any number
 * @param seconds for how long, warm-up not counted, 0 for until all messages are sent
 * @param messages how many messages of all publishers together, 0 for no end
 * @param warmupSeconds how many seconds at the start are not measured
 */
record Traffic(
        int qos,
        int subscriptionQos,
        int payloadBytes,
        String topic,
        long rate,
        int inflightMax,
        int onTheWayMax,
        int seconds,
        long messages,
        int warmupSeconds) {
    /** The QoS at which the messages reach the subscribers. */
    int deliveredQos() {
        return Math.min(qos, subscriptionQos);
    }

    String topic(int index, String clientId) {
        return topic.replace("%i", Integer.toString(index)).replace("%c", clientId);
    }

    /** The filter that matches the topics of all publishers. */
    String filter() {
        return topic.replace("%i", "+").replace("%c", "+");
    }
}
