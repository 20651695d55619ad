package io.wkmq.testing.mqtt;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The properties of a received packet in wire order. */
public record Properties(List<Property> all) {
    /** No properties. */
    public static final Properties NONE = new Properties(List.of());

    /** Copies the list. */
    public Properties {
        all = List.copyOf(all);
    }

    /** Returns whether there is at least one property of that type. */
    public boolean has(PropertyType type) {
        return values(type).findAny().isPresent();
    }

    /** Returns the first property of that type, which must be numeric. */
    public OptionalLong number(PropertyType type) {
        return values(type).mapToLong(value -> (Long) value).findFirst();
    }

    /** Returns all properties of that type, which must be numeric. */
    public List<Long> numbers(PropertyType type) {
        return values(type).map(value -> (Long) value).toList();
    }

    /** Returns the first property of that type, which must be text. */
    public Optional<String> text(PropertyType type) {
        return values(type).map(value -> (String) value).findFirst();
    }

    /** Returns the first property of that type, which must be binary. */
    public Optional<byte[]> binary(PropertyType type) {
        return values(type).map(value -> (byte[]) value).findFirst();
    }

    /** Returns all user properties. */
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
