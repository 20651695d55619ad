package io.wkmq.cluster.discovery.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON document. A missing value, or one of another type than requested, is empty rather than an error: servers omit
 * fields at will. Numbers are read as texts, since some servers write large numbers as texts. Immutable.
 */
public final class Json {
    private static final int DEPTH_MAX = 50;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .build();
    private static final Json MISSING = new Json(null);

    /** A map of String to Json, a list of Json, a String, or null. */
    private final @Nullable Object value;

    private Json(@Nullable Object value) {
        this.value = value;
    }

    /**
     * Parses the first value of a document; some servers send several in a row.
     *
     * @throws IOException if there is none
     */
    public static Json parse(byte[] document) throws IOException {
        try (JsonParser parser = FACTORY.createParser(document)) {
            if (parser.nextToken() == null) {
                throw new IOException("An empty document; expected JSON");
            }
            return value(parser);
        } catch (JsonProcessingException e) {
            throw new IOException("No JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Encodes an object whose fields are written by {@code fields}. */
    public static byte[] object(Consumer<Fields> fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            generator.writeStartObject();
            fields.accept(new Fields(generator));
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return out.toByteArray();
    }

    /** Returns the field with that name. */
    public Json at(String name) {
        return value instanceof Map<?, ?> fields && fields.get(name) instanceof Json field ? field : MISSING;
    }

    /** Returns the names of the fields. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        if (value instanceof Map<?, ?> fields) {
            fields.keySet().forEach(name -> names.add((String) name));
        }
        return names;
    }

    /**
     * Describes the value, for a message that something else was expected: the value itself if it is a text, number or boolean,
     * otherwise its type.
     */
    public String kind() {
        if (value instanceof Map<?, ?>) {
            return "an object";
        }
        if (value instanceof List<?>) {
            return "a list";
        }
        return value == null ? "null" : "'" + value + "'";
    }

    /** Returns whether this is an object. */
    public boolean isObject() {
        return value instanceof Map<?, ?>;
    }

    /** Returns the elements of a list. */
    public List<Json> items() {
        if (!(value instanceof List<?> elements)) {
            return List.of();
        }
        return elements.stream().map(Json.class::cast).toList();
    }

    /** Returns a text, number or boolean as text; empty if the value is none of these. */
    public String text() {
        return value instanceof String text ? text : "";
    }

    /** Returns a text, number or boolean as text, or {@code absent} if the value is none of these. */
    public String text(String absent) {
        return value instanceof String text ? text : absent;
    }

    private static Json value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields(parser);
            case START_ARRAY -> elements(parser);
            case VALUE_NULL -> MISSING;
            default -> new Json(parser.getText());
        };
    }

    private static Json fields(JsonParser parser) throws IOException {
        Map<String, Json> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(parser));
        }
        return new Json(fields);
    }

    private static Json elements(JsonParser parser) throws IOException {
        List<Json> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser));
        }
        return new Json(elements);
    }

    /** Writes the fields of an object. Used once, within the call that provides it. */
    public static final class Fields {
        private final JsonGenerator generator;

        private Fields(JsonGenerator generator) {
            this.generator = generator;
        }

        /** Writes a text. */
        public Fields put(String name, String text) {
            try {
                generator.writeStringField(name, text);
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Writes a number. */
        public Fields put(String name, long number) {
            try {
                generator.writeNumberField(name, number);
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Writes an object. */
        public Fields object(String name, Consumer<Fields> fields) {
            try {
                generator.writeObjectFieldStart(name);
                fields.accept(this);
                generator.writeEndObject();
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Writes a list of one object. */
        public Fields listOfOne(String name, Consumer<Fields> fields) {
            try {
                generator.writeArrayFieldStart(name);
                generator.writeStartObject();
                fields.accept(this);
                generator.writeEndObject();
                generator.writeEndArray();
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
