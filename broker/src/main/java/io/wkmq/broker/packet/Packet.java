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

/** An MQTT control packet. Fields that MQTT 3 does not have hold their defaults. Absent values are null or -1. */
public sealed interface Packet {
    /** A packet sent by clients. */
    sealed interface Inbound extends Packet {}

    /** A packet sent by the server. PUBLISH is not one: deliveries are written directly into the connection's buffer. */
    sealed interface Outbound extends Packet {}

    /**
     * CONNECT.
     *
     * @param version the protocol version
     * @param clientId the client id, empty if the server is to assign one
     * @param cleanStart Clean Session (MQTT 3), Clean Start (MQTT 5)
     * @param keepAliveSeconds the keep-alive, 0 for none
     * @param sessionExpirySeconds the session expiry; MQTT 3: 0 with Clean Session, else 0xFFFFFFFF
     * @param receiveMaximum the Receive Maximum, 65535 if absent
     * @param maximumPacketSize the Maximum Packet Size, -1 for no limit
     * @param topicAliasMaximum the Topic Alias Maximum, 0 if absent
     * @param requestResponseInformation whether the client wants response information
     * @param requestProblemInformation whether reason strings and user properties may be sent in all packets
     * @param userName the user name, or null
     * @param password the password, or null
     * @param authenticationMethod the authentication method, or null
     * @param authenticationData the authentication data, or null
     * @param userProperties the user properties, in order
     * @param will the will, or null
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
     * CONNACK. For MQTT 3 the codec maps the reason to a return code.
     *
     * @param sessionPresent whether a session was resumed
     * @param reason the reason code
     * @param properties the server's limits and answers; ignored for MQTT 3
     */
    record Connack(boolean sessionPresent, ReasonCode reason, ConnackProperties properties) implements Outbound {}

    /**
     * The properties of a CONNACK to an MQTT 5 client.
     *
     * @param sessionExpirySeconds the session expiry, -1 if as requested
     * @param receiveMaximum most unacknowledged QoS 1 and 2 PUBLISHes that the server accepts
     * @param maximumQos the highest QoS
     * @param retainAvailable whether retained messages are supported
     * @param maximumPacketSize the Maximum Packet Size, -1 for no limit
     * @param assignedClientId the assigned client id, or null
     * @param topicAliasMaximum the Topic Alias Maximum, 0 for none
     * @param wildcardAvailable whether wildcard subscriptions are supported
     * @param subscriptionIdentifiersAvailable whether subscription identifiers are supported
     * @param sharedAvailable whether shared subscriptions are supported
     * @param serverKeepAliveSeconds the Server Keep Alive, -1 if as requested
     * @param responseInformation the response information, or null
     * @param serverReference the server reference, or null
     * @param authenticationMethod the authentication method, or null
     * @param authenticationData the authentication data, or null
     * @param reasonString the reason string, or null
     * @param userProperties the user properties, in order
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
        /** Returns the properties of a refusal: nothing but a reason string. */
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
     * @param topic the topic; a topic alias is already resolved
     * @param payload the payload; the receiver owns the array
     * @param qos the QoS
     * @param retain the RETAIN flag
     * @param duplicate the DUP flag
     * @param packetId the packet id, 0 for QoS 0
     * @param properties the properties that are forwarded with the message
     * @param expirySeconds the message expiry, -1 for none
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
     * PUBACK, in both directions.
     *
     * @param packetId 1 to 65535
     * @param reason the reason code
     * @param reasonString the reason string, or null
     * @param userProperties the user properties, in order; those of clients are not read
     */
    record Puback(int packetId, ReasonCode reason, @Nullable String reasonString, List<UserProperty> userProperties)
            implements Inbound, Outbound {
        /** Creates a PUBACK without user properties. */
        public Puback(int packetId, ReasonCode reason, @Nullable String reasonString) {
            this(packetId, reason, reasonString, List.of());
        }
    }

    /**
     * PUBREC, in both directions.
     *
     * @param packetId 1 to 65535
     * @param reason the reason code
     * @param reasonString the reason string, or null
     * @param userProperties the user properties, in order; those of clients are not read
     */
    record Pubrec(int packetId, ReasonCode reason, @Nullable String reasonString, List<UserProperty> userProperties)
            implements Inbound, Outbound {
        /** Creates a PUBREC without user properties. */
        public Pubrec(int packetId, ReasonCode reason, @Nullable String reasonString) {
            this(packetId, reason, reasonString, List.of());
        }
    }

    /**
     * PUBREL, in both directions.
     *
     * @param packetId 1 to 65535
     * @param reason the reason code
     */
    record Pubrel(int packetId, ReasonCode reason) implements Inbound, Outbound {}

    /**
     * PUBCOMP, in both directions.
     *
     * @param packetId 1 to 65535
     * @param reason the reason code
     */
    record Pubcomp(int packetId, ReasonCode reason) implements Inbound, Outbound {}

    /**
     * SUBSCRIBE.
     *
     * @param packetId 1 to 65535
     * @param entries one per filter, at least one; the filters' texts are not validated yet
     * @param userProperties the user properties, in order
     */
    record Subscribe(int packetId, List<Entry> entries, List<UserProperty> userProperties) implements Inbound {
        /**
         * One filter of a SUBSCRIBE.
         *
         * @param filter the text as received: may be invalid, may be a shared subscription
         * @param options its options, with the packet's subscription identifier
         */
        public record Entry(String filter, SubscriptionOptions options) {}
    }

    /**
     * SUBACK. For MQTT 3 every error becomes 0x80.
     *
     * @param packetId the packet id of the SUBSCRIBE
     * @param reasons one per filter, in order
     * @param reasonString the reason string, or null
     */
    record Suback(
            int packetId,
            List<ReasonCode> reasons,
            @Nullable String reasonString) implements Outbound {}

    /**
     * UNSUBSCRIBE.
     *
     * @param packetId 1 to 65535
     * @param filters the filters as received, at least one
     * @param userProperties the user properties, in order
     */
    record Unsubscribe(int packetId, List<String> filters, List<UserProperty> userProperties) implements Inbound {}

    /**
     * UNSUBACK. In MQTT 3 it carries no reasons.
     *
     * @param packetId the packet id of the UNSUBSCRIBE
     * @param reasons one per filter, in order
     * @param reasonString the reason string, or null
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
     * DISCONNECT, in both directions. From an MQTT 3 client it means {@link ReasonCode#SUCCESS}; none is ever sent to one.
     *
     * @param reason the reason code
     * @param sessionExpirySeconds the new session expiry, -1 for that of CONNECT (only from a client)
     * @param reasonString the reason string, or null
     * @param serverReference the server reference, or null (only to a client)
     */
    record Disconnect(
            ReasonCode reason,
            long sessionExpirySeconds,
            @Nullable String reasonString,
            @Nullable String serverReference)
            implements Inbound, Outbound {}

    /**
     * AUTH, in both directions, MQTT 5 only.
     *
     * @param reason success, continue or re-authenticate
     * @param method the authentication method
     * @param data the authentication data, or null
     * @param reasonString the reason string, or null
     * @param userProperties the user properties, in order
     */
    record Auth(
            ReasonCode reason,
            String method,
            byte @Nullable [] data,
            @Nullable String reasonString,
            List<UserProperty> userProperties)
            implements Inbound, Outbound {}
}
