package io.wkmq.benchmarks.load;

/**
 * Settings that apply only to some commands.
 *
 * @param perPacket the number of filters per SUBSCRIBE
 * @param samples how many of the subscriptions are tried with a message
 * @param keep whether retained messages remain in the broker
 * @param connects connects and disconnects per second
 * @param patienceSeconds how long there may be no progress before what is missing counts as lost
 * @param channels the nodes and channels to publish to
 */
record Extras(int perPacket, int samples, boolean keep, int connects, int patienceSeconds, ChannelWork channels) {}
