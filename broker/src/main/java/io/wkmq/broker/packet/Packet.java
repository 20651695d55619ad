package io.wkmq.broker.packet;

import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.SubscriptionOptions;
import io.wkmq.session.Will;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An MQTT control packet. What MQTT 3 does not have holds its default. Values that are absent are null or -1. */
public sealed interface Packet {
    /** A packet that clients send. */
    sealed interface Inbound extends Packet {}

    /** A packet that the server sends. PUBLISH is not here: deliveries are written straight into the connection's buffer. */
    sealed interface Outbound extends Packet {}

    /**
     * CONNECT.
     *
     * @param version the protocol version
     * @param clientId the client id, empty if the server is to assign one
     * @param cleanStart clean session (3), clean start (5)
     * @param keepAliveSeconds 0 for none
     * @param sessionExpirySeconds MQTT 3: 0 with clean session, else 0xFFFFFFFF
     * @param receiveMaximum 65535 if absent
     * @param maximumPacketSize -1 for no limit
     * @param topicAliasMaximum 0 if absent
     * @param requestResponseInformation whether response information is wanted
     * @param requestProblemInformation whether reason strings and user properties may be sent everywhere
     * @param userName or null
     * @param password or null
     * @param authenticationMethod or null
     * @param authenticationData or null
     * @param userProperties in order
     * @param will or null
     */
    record Connect(
            ProtocolVersion version,
            String clientId,
            boolean cleanStart,
            int keepAliveSeconds,
            long sessionExpirySeconds,
            int receiveMaximum,
            long maximumPacketSize,
            int topicAliasMaximum,
            boolean requestResponseInformation,
            boolean requestProblemInformation,
            @Nullable String userName,
            byte @Nullable [] password,
            @Nullable String authenticationMethod,
            byte @Nullable [] authenticationData,
            List<UserProperty> userProperties,
            @Nullable Will will)
            implements Inbound {}

    /**
     * CONNACK. For MQTT 3 the codec writes the return code that fits the reason.
     *
     * @param sessionPresent whether a session was resumed
     * @param reason the reason
     * @param properties the server's limits and answers; ignored for MQTT 3
     */
    record Connack(boolean sessionPresent, ReasonCode reason, ConnackProperties properties) implements Outbound {}

    /**
     * What CONNACK tells an MQTT 5 client.
     *
     * @param sessionExpirySeconds -1 if as requested
     * @param receiveMaximum how many QoS 1 and 2 PUBLISHes the server takes unacknowledged
     * @param maximumQos the highest QoS
     * @param retainAvailable whether retained messages are supported
     * @param maximumPacketSize -1 for no limit
     * @param assignedClientId or null
     * @param topicAliasMaximum 0 for none
     * @param wildcardAvailable whether wildcard subscriptions are supported
     * @param subscriptionIdentifiersAvailable whether they are supported
     * @param sharedAvailable whether shared subscriptions are supported
     * @param serverKeepAliveSeconds -1 if as requested
     * @param responseInformation or null
     * @param serverReference or null
     * @param authenticationMethod or null
     * @param authenticationData or null
     * @param reasonString or null
     * @param userProperties in order
     */
    record ConnackProperties(
            long sessionExpirySeconds,
            int receiveMaximum,
            Qos maximumQos,
            boolean retainAvailable,
            long maximumPacketSize,
            @Nullable String assignedClientId,
            int topicAliasMaximum,
            boolean wildcardAvailable,
            boolean subscriptionIdentifiersAvailable,
            boolean sharedAvailable,
            int serverKeepAliveSeconds,
            @Nullable String responseInformation,
            @Nullable String serverReference,
            @Nullable String authenticationMethod,
            byte @Nullable [] authenticationData,
            @Nullable String reasonString,
            List<UserProperty> userProperties) {
        /** Properties that carry nothing but a reason string: a refusal. */
        public static ConnackProperties refusal(@Nullable String reasonString) {
            return new ConnackProperties(
                    -1,
                    65_535,
                    Qos.EXACTLY_ONCE,
                    true,
                    -1,
                    null,
                    0,
                    true,
                    true,
                    true,
                    -1,
                    null,
                    null,
                    null,
                    null,
                    reasonString,
                    List.of());
        }
    }

    /**
     * PUBLISH from a client.
     *
     * @param topic the topic; the codec has replaced a topic alias by it
     * @param payload its bytes, owned by the receiver
     * @param qos its QoS
     * @param retain the RETAIN flag
     * @param duplicate the DUP flag
     * @param packetId 0 for QoS 0
     * @param properties what travels with it
     * @param expirySeconds message expiry, -1 for none
     */
    record Publish(
            TopicName topic,
            byte[] payload,
            Qos qos,
            boolean retain,
            boolean duplicate,
            int packetId,
            MessageProperties properties,
            long expirySeconds)
            implements Inbound {}

    /**
     * PUBACK, both ways.
     *
     * @param packetId 1 to 65535
     * @param reason the reason
     * @param reasonString or null
     * @param userProperties in order; those of clients are not read
     */
    record Puback(int packetId, ReasonCode reason, @Nullable String reasonString, List<UserProperty> userProperties)
            implements Inbound, Outbound {
        /** One without user properties. */
        public Puback(int packetId, ReasonCode reason, @Nullable String reasonString) {
            this(packetId, reason, reasonString, List.of());
        }
    }

    /**
     * PUBREC, both ways.
     *
     * @param packetId 1 to 65535
     * @param reason the reason
     * @param reasonString or null
     * @param userProperties in order; those of clients are not read
     */
    record Pubrec(int packetId, ReasonCode reason, @Nullable String reasonString, List<UserProperty> userProperties)
            implements Inbound, Outbound {
        /** One without user properties. */
        public Pubrec(int packetId, ReasonCode reason, @Nullable String reasonString) {
            this(packetId, reason, reasonString, List.of());
        }
    }

    /**
     * PUBREL, both ways.
     *
     * @param packetId 1 to 65535
     * @param reason the reason
     */
    record Pubrel(int packetId, ReasonCode reason) implements Inbound, Outbound {}

    /**
     * PUBCOMP, both ways.
     *
     * @param packetId 1 to 65535
     * @param reason the reason
     */
    record Pubcomp(int packetId, ReasonCode reason) implements Inbound, Outbound {}

    /**
     * SUBSCRIBE.
     *
     * @param packetId 1 to 65535
     * @param entries one per filter, at least one; a filter's text is not validated yet
     * @param userProperties in order
     */
    record Subscribe(int packetId, List<Entry> entries, List<UserProperty> userProperties) implements Inbound {
        /**
         * One filter of a SUBSCRIBE.
         *
         * @param filter the text as received: may be invalid, may be shared
         * @param options its options, with the packet's subscription identifier
         */
        public record Entry(String filter, SubscriptionOptions options) {}
    }

    /**
     * SUBACK. For MQTT 3 every error becomes 0x80.
     *
     * @param packetId of the SUBSCRIBE
     * @param reasons one per filter, in order
     * @param reasonString or null
     */
    record Suback(
            int packetId,
            List<ReasonCode> reasons,
            @Nullable String reasonString) implements Outbound {}

    /**
     * UNSUBSCRIBE.
     *
     * @param packetId 1 to 65535
     * @param filters as received, at least one
     * @param userProperties in order
     */
    record Unsubscribe(int packetId, List<String> filters, List<UserProperty> userProperties) implements Inbound {}

    /**
     * UNSUBACK. MQTT 3 has no reasons in it.
     *
     * @param packetId of the UNSUBSCRIBE
     * @param reasons one per filter, in order
     * @param reasonString or null
     */
    record Unsuback(
            int packetId,
            List<ReasonCode> reasons,
            @Nullable String reasonString) implements Outbound {}

    /** PINGREQ. */
    record Pingreq() implements Inbound {}

    /** PINGRESP. */
    record Pingresp() implements Outbound {}

    /**
     * DISCONNECT, both ways; a client of MQTT 3 means {@link ReasonCode#SUCCESS}, and none is ever sent to one.
     *
     * @param reason the reason
     * @param sessionExpirySeconds a new expiry, -1 for the one of CONNECT (only from a client)
     * @param reasonString or null
     * @param serverReference or null (only to a client)
     */
    record Disconnect(
            ReasonCode reason,
            long sessionExpirySeconds,
            @Nullable String reasonString,
            @Nullable String serverReference)
            implements Inbound, Outbound {}

    /**
     * AUTH, both ways, MQTT 5 only.
     *
     * @param reason success, continue or re-authenticate
     * @param method the authentication method
     * @param data or null
     * @param reasonString or null
     * @param userProperties in order
     */
    record Auth(
            ReasonCode reason,
            String method,
            byte @Nullable [] data,
            @Nullable String reasonString,
            List<UserProperty> userProperties)
            implements Inbound, Outbound {}
}
