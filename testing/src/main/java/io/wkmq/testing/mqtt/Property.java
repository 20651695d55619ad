package io.wkmq.testing.mqtt;

/**
 * A property of an MQTT 5 packet, sent or received. Nothing is validated: a test may send it where it does not belong.
 *
 * @param type the type of the property
 * @param value a Long, String, {@link UserProperty} or byte[], as the type requires
 */
public record Property(PropertyType type, Object value) {
    /** Any numeric property. */
    public static Property number(PropertyType type, long value) {
        return new Property(type, value);
    }

    /** Any text property. */
    public static Property text(PropertyType type, String value) {
        return new Property(type, value);
    }

    /** Payload format indicator: 0 for bytes, 1 for text. */
    public static Property payloadFormat(int indicator) {
        return number(PropertyType.PAYLOAD_FORMAT_INDICATOR, indicator);
    }

    /** Message expiry interval in seconds. */
    public static Property messageExpiry(long seconds) {
        return number(PropertyType.MESSAGE_EXPIRY_INTERVAL, seconds);
    }

    /** Content type. */
    public static Property contentType(String type) {
        return text(PropertyType.CONTENT_TYPE, type);
    }

    /** Response topic. */
    public static Property responseTopic(String topic) {
        return text(PropertyType.RESPONSE_TOPIC, topic);
    }

    /** Correlation data. */
    public static Property correlationData(byte... data) {
        return new Property(PropertyType.CORRELATION_DATA, data);
    }

    /** Subscription identifier. */
    public static Property subscriptionId(long id) {
        return number(PropertyType.SUBSCRIPTION_IDENTIFIER, id);
    }

    /** Session expiry interval in seconds. */
    public static Property sessionExpiry(long seconds) {
        return number(PropertyType.SESSION_EXPIRY_INTERVAL, seconds);
    }

    /** Authentication method. */
    public static Property authenticationMethod(String method) {
        return text(PropertyType.AUTHENTICATION_METHOD, method);
    }

    /** Authentication data. */
    public static Property authenticationData(byte... data) {
        return new Property(PropertyType.AUTHENTICATION_DATA, data);
    }

    /** Request problem information: 0 or 1. */
    public static Property requestProblemInformation(int wanted) {
        return number(PropertyType.REQUEST_PROBLEM_INFORMATION, wanted);
    }

    /** Request response information: 0 or 1. */
    public static Property requestResponseInformation(int wanted) {
        return number(PropertyType.REQUEST_RESPONSE_INFORMATION, wanted);
    }

    /** Will delay interval in seconds. */
    public static Property willDelay(long seconds) {
        return number(PropertyType.WILL_DELAY_INTERVAL, seconds);
    }

    /** Reason string. */
    public static Property reasonString(String reason) {
        return text(PropertyType.REASON_STRING, reason);
    }

    /** Receive maximum. */
    public static Property receiveMaximum(int messages) {
        return number(PropertyType.RECEIVE_MAXIMUM, messages);
    }

    /** Topic alias maximum. */
    public static Property topicAliasMaximum(int aliases) {
        return number(PropertyType.TOPIC_ALIAS_MAXIMUM, aliases);
    }

    /** Topic alias. */
    public static Property topicAlias(int alias) {
        return number(PropertyType.TOPIC_ALIAS, alias);
    }

    /** User property. */
    public static Property user(String name, String value) {
        return new Property(PropertyType.USER_PROPERTY, new UserProperty(name, value));
    }

    /** Maximum packet size in bytes. */
    public static Property maximumPacketSize(long bytes) {
        return number(PropertyType.MAXIMUM_PACKET_SIZE, bytes);
    }

    /** Writes the identifier and the value. */
    void write(WireWriter out) {
        out.varInt(type.id());
        switch (type.form()) {
            case BYTE -> out.u8((int) number());
            case TWO_BYTES -> out.u16((int) number());
            case FOUR_BYTES -> out.u32(number());
            case VARIABLE -> out.varInt(number());
            case STRING -> out.string((String) value);
            case BINARY -> out.binary((byte[]) value);
            case STRING_PAIR -> {
                UserProperty pair = (UserProperty) value;
                out.string(pair.name()).string(pair.value());
            }
        }
    }

    private long number() {
        return (Long) value;
    }

    @Override
    public String toString() {
        return type + "=" + (value instanceof byte[] bytes ? Hex.abbreviated(bytes, 32) : value);
    }
}
