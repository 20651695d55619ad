package io.wkmq.testing.mqtt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds one client packet. What is not set has the value a well-behaved client would send; everything can be set to
 * nonsense. Properties and reason codes are left out when it is encoded for MQTT 3, so that one test serves all versions.
 *
 * @param <B> the builder itself
 */
public abstract class PacketBuilder<B extends PacketBuilder<B>> {
    private final int type;
    private final List<Property> properties = new ArrayList<>();
    private byte @Nullable [] rawProperties;
    private byte[] trailing = {};
    private int flags = -1;

    PacketBuilder(int type) {
        this.type = type;
    }

    /** Adds properties in that order. */
    public final B with(Property... more) {
        properties.addAll(List.of(more));
        return self();
    }

    /** Sets the four flag bits of the fixed header. */
    public final B flags(int bits) {
        flags = bits;
        return self();
    }

    /** Replaces the property length and the properties by these bytes. */
    public final B rawProperties(byte... bytes) {
        rawProperties = bytes;
        return self();
    }

    /** Adds bytes at the end of the packet; the remaining length counts them. */
    public final B trailing(byte... bytes) {
        trailing = bytes;
        return self();
    }

    /** The packet's bytes. */
    public final byte[] encode(MqttVersion version) {
        WireWriter body = new WireWriter();
        writeBody(version, body);
        body.raw(trailing);
        return new WireWriter()
                .u8(type << 4 | (flags < 0 ? usualFlags() : flags))
                .varInt(body.size())
                .raw(body.bytes())
                .bytes();
    }

    /** The bytes up to, not including, {@code length}; the remaining length still promises them all. */
    public final byte[] encodeTruncated(MqttVersion version, int length) {
        return Arrays.copyOf(encode(version), length);
    }

    int usualFlags() {
        return 0;
    }

    abstract void writeBody(MqttVersion version, WireWriter out);

    /** Property length and properties, nothing for MQTT 3. */
    final void writeProperties(MqttVersion version, WireWriter out) {
        if (version.hasProperties()) {
            out.raw(rawProperties != null ? rawProperties : encode(properties));
        }
    }

    /** The last number that was set for a property. */
    final long number(PropertyType property, long otherwise) {
        return properties.stream()
                .filter(set -> set.type() == property)
                .mapToLong(set -> (Long) set.value())
                .reduce(otherwise, (first, second) -> second);
    }

    /** How often a property was set. */
    final long count(PropertyType property) {
        return properties.stream().filter(set -> set.type() == property).count();
    }

    /** Whether there is anything to write behind a reason code. */
    final boolean hasProperties() {
        return rawProperties != null || !properties.isEmpty();
    }

    static byte[] encode(List<Property> properties) {
        WireWriter content = new WireWriter();
        properties.forEach(property -> property.write(content));
        return new WireWriter().varInt(content.size()).raw(content.bytes()).bytes();
    }

    @SuppressWarnings("unchecked") // B is the builder itself
    private B self() {
        return (B) this;
    }
}
