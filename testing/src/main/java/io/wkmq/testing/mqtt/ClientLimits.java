package io.wkmq.testing.mqtt;

/**
 * What a client's CONNECT permits the server to send.
 *
 * @param maximumPacketSize the largest packet in bytes
 * @param topicAliasMaximum the highest alias
 * @param problemInformation whether any packet may contain reason strings and user properties
 */
record ClientLimits(long maximumPacketSize, long topicAliasMaximum, boolean problemInformation) {
    /** The limits that apply when CONNECT sets none. */
    static final ClientLimits NONE = new ClientLimits(Long.MAX_VALUE, 0, true);
}
