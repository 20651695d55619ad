package io.wkmq.testing.mqtt;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The properties of a received packet in the order of the wire. */
public record Properties(List<Property> all) {
    /** No properties. */
    public static final Properties NONE = new Properties(List.of());

    /** Keeps a copy. */
    public Properties {
        all = List.copyOf(all);
    }

    /** Whether there is at least one of that type. */
    public boolean has(PropertyType type) {
        return values(type).findAny().isPresent();
    }

    /** The first one of that type, if it is a number. */
    public OptionalLong number(PropertyType type) {
        return values(type).mapToLong(value -> (Long) value).findFirst();
    }

    /** All of that type, if they are numbers. */
    public List<Long> numbers(PropertyType type) {
        return values(type).map(value -> (Long) value).toList();
    }

    /** The first one of that type, if it is text. */
    public Optional<String> text(PropertyType type) {
        return values(type).map(value -> (String) value).findFirst();
    }

    /** The first one of that type, if it is binary. */
    public Optional<byte[]> binary(PropertyType type) {
        return values(type).map(value -> (byte[]) value).findFirst();
    }

    /** All user properties. */
    public List<UserProperty> user() {
        return values(PropertyType.USER_PROPERTY)
                .map(value -> (UserProperty) value)
                .toList();
    }

    private Stream<Object> values(PropertyType type) {
        return all.stream().filter(property -> property.type() == type).map(Property::value);
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
