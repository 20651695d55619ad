package io.wkmq.testing.mqtt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds one client packet. Anything not set defaults to what a well-behaved client would send; everything can be set to nonsense.
 * Properties and reason codes are omitted when encoding for MQTT 3, so that one test serves all versions.
 *
 * @param <B> the type of the builder itself
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

    /** Appends properties in that order. */
    public final B with(Property... more) {
        properties.addAll(List.of(more));
        return self();
    }

    /** Sets the four flag bits of the fixed header. */
    public final B flags(int bits) {
        flags = bits;
        return self();
    }

    /** Replaces the property length and the properties with these bytes. */
    public final B rawProperties(byte... bytes) {
        rawProperties = bytes;
        return self();
    }

    /** Appends bytes to the packet; the remaining length includes them. */
    public final B trailing(byte... bytes) {
        trailing = bytes;
        return self();
    }

    /** Returns the encoded packet. */
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

    /** Returns the first {@code length} bytes of the packet; the remaining length still announces all of them. */
    public final byte[] encodeTruncated(MqttVersion version, int length) {
        return Arrays.copyOf(encode(version), length);
    }

    int usualFlags() {
        return 0;
    }

    abstract void writeBody(MqttVersion version, WireWriter out);

    /** Writes property length and properties; nothing for MQTT 3. */
    final void writeProperties(MqttVersion version, WireWriter out) {
        if (version.hasProperties()) {
            out.raw(rawProperties != null ? rawProperties : encode(properties));
        }
    }

    /** Returns the last number set for a property. */
    final long number(PropertyType property, long otherwise) {
        return properties.stream()
                .filter(set -> set.type() == property)
                .mapToLong(set -> (Long) set.value())
                .reduce(otherwise, (first, second) -> second);
    }

    /** Returns how often a property was set. */
    final long count(PropertyType property) {
        return properties.stream().filter(set -> set.type() == property).count();
    }

    /** Returns whether properties follow the reason code. */
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
