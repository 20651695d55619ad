package io.wkmq.benchmarks.load;

/**
 * What only some commands have.
 *
 * @param perPacket filters in a SUBSCRIBE
 * @param samples how many of the subscriptions are tried with a message
 * @param keep whether retained messages stay in the broker
 * @param connects connects and disconnects a second
 * @param patienceSeconds how long nothing may move before what is missing is taken for lost
 * @param channels the nodes and channels that are published to
 */
record Extras(int perPacket, int samples, boolean keep, int connects, int patienceSeconds, ChannelWork channels) {}
