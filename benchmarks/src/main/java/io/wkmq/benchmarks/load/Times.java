package io.wkmq.benchmarks.load;

/**
 * The times measured, in ns. Not thread-safe.
 *
 * @param delivery from sending a message to its arrival at a subscriber
 * @param confirmation from sending a message to PUBACK or PUBCOMP
 * @param subscribing from SUBSCRIBE to SUBACK
 * @param connecting from opening a connection to CONNACK
 */
record Times(Histogram delivery, Histogram confirmation, Histogram subscribing, Histogram connecting) {
    Times() {
        this(new Histogram(), new Histogram(), new Histogram(), new Histogram());
    }

    void add(Times other) {
        delivery.add(other.delivery);
        confirmation.add(other.confirmation);
        subscribing.add(other.subscribing);
        connecting.add(other.connecting);
    }
}
