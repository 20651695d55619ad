package io.wkmq.broker.http;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes one JSON value (RFC 8259) into memory. The caller must write names, values and ends in a valid order. Not thread-safe. */
public final class JsonWriter {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder text = new StringBuilder();

    /** Whether a comma must precede the next element. */
    private boolean comma;

    /** Creates an empty writer. */
    public JsonWriter() {}

    /** Begins an object. */
    public JsonWriter beginObject() {
        return begin('{');
    }

    /** Ends an object. */
    public JsonWriter endObject() {
        return end('}');
    }

    /** Begins an array. */
    public JsonWriter beginArray() {
        return begin('[');
    }

    /** Ends an array. */
    public JsonWriter endArray() {
        return end(']');
    }

    /** Writes the name of the next value. */
    public JsonWriter name(String name) {
        separate();
        quote(name);
        text.append(':');
        comma = false;
        return this;
    }

    /** Writes a string, number, boolean or null; anything else as its string form. */
    public JsonWriter value(@Nullable Object value) {
        separate();
        if (value == null || value instanceof Boolean || value instanceof Long || value instanceof Integer) {
            text.append(value);
        } else if (value instanceof Double number && Double.isFinite(number)) {
            text.append(number);
        } else {
            quote(value.toString());
        }
        comma = true;
        return this;
    }

    /** Writes a name and a value. */
    public JsonWriter field(String name, @Nullable Object value) {
        return name(name).value(value);
    }

    /** Writes an object of values; collections become arrays. */
    public JsonWriter values(Map<String, Object> values) {
        beginObject();
        values.forEach((name, value) -> {
            name(name);
            if (value instanceof Collection<?> items) {
                beginArray();
                items.forEach(this::value);
                endArray();
            } else {
                value(value);
            }
        });
        return endObject();
    }

    private JsonWriter begin(char bracket) {
        separate();
        text.append(bracket);
        comma = false;
        return this;
    }

    private JsonWriter end(char bracket) {
        text.append(bracket);
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            text.append(',');
        }
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> append(c, value, i);
            }
        }
        text.append('"');
    }

    private void append(char c, String value, int at) {
        boolean lone = Character.isSurrogate(c) && !paired(value, at);
        if (Character.isISOControl(c) || lone) {
            text.append("\\u")
                    .append(HEX.charAt(c >> 12))
                    .append(HEX.charAt((c >> 8) & 0xF))
                    .append(HEX.charAt((c >> 4) & 0xF))
                    .append(HEX.charAt(c & 0xF));
        } else {
            text.append(c);
        }
    }

    private static boolean paired(String value, int at) {
        return Character.isHighSurrogate(value.charAt(at))
                ? at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
    }

    /** Returns what was written. */
    @Override
    public String toString() {
        return text.toString();
    }
}
