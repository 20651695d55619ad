package io.wkmq.testing.mqtt;

/**
 * What a client's CONNECT allowed the server to send.
 *
 * @param maximumPacketSize in bytes
 * @param topicAliasMaximum the highest alias
 * @param problemInformation whether reason strings and user properties may be in all packets
 */
record ClientLimits(long maximumPacketSize, long topicAliasMaximum, boolean problemInformation) {
    /** What is allowed when CONNECT says nothing. */
    static final ClientLimits NONE = new ClientLimits(Long.MAX_VALUE, 0, true);
}
