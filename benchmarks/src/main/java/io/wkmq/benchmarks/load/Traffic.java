package io.wkmq.benchmarks.load;

/**
 * The messages of a run.
 *
 * @param qos the QoS of the messages
 * @param subscriptionQos the QoS of the subscriptions
 * @param payloadBytes the size of a payload
 * @param topic a publisher's topic; {@code %i} stands for the client's number, {@code %c} for its client id
 * @param rate messages per second of all publishers together, 0 for as many as the window permits
 * @param inflightMax the maximum number of unacknowledged QoS 1 and 2 messages of a publisher
 * @param onTheWayMax the maximum number of a publisher's messages in flight to its subscribers; 0 for no limit
 * @param seconds the duration without warm-up, 0 to run until all messages are sent
 * @param messages the number of messages of all publishers together, 0 for no limit
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
    /** Returns the QoS at which the messages reach the subscribers. */
    int deliveredQos() {
        return Math.min(qos, subscriptionQos);
    }

    String topic(int index, String clientId) {
        return topic.replace("%i", Integer.toString(index)).replace("%c", clientId);
    }

    /** Returns the filter that matches the topics of all publishers. */
    String filter() {
        return topic.replace("%i", "+").replace("%c", "+");
    }
}
