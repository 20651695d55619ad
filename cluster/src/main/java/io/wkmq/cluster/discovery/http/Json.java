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
 * A value of a JSON document. What is not there, or is of another kind than asked for, is empty rather than an error: servers
 * leave out fields as they like. Numbers are read as texts, for some servers write large ones so. Immutable.
 */
public final class Json {
    private static final int DEPTH_MAX = 50;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .build();
    private static final Json MISSING = new Json(null);

    /** A map of texts to Json, a list of Json, a text, or null. */
    private final @Nullable Object value;

    private Json(@Nullable Object value) {
        this.value = value;
    }

    /**
     * Reads the first value of a document; some servers send several, one after the other.
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

    /** An object, of whose fields {@code fields} writes the names and values. */
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

    /** The field of that name. */
    public Json at(String name) {
        return value instanceof Map<?, ?> fields && fields.get(name) instanceof Json field ? field : MISSING;
    }

    /** The names of the fields. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        if (value instanceof Map<?, ?> fields) {
            fields.keySet().forEach(name -> names.add((String) name));
        }
        return names;
    }

    /** What it is, for who expected something else: a text, a number or a truth value as it is, or of which kind. */
    public String kind() {
        if (value instanceof Map<?, ?>) {
            return "an object";
        }
        if (value instanceof List<?>) {
            return "a list";
        }
        return value == null ? "null" : "'" + value + "'";
    }

    /** Whether it is an object, with fields or without. */
    public boolean isObject() {
        return value instanceof Map<?, ?>;
    }

    /** The elements of a list. */
    public List<Json> items() {
        if (!(value instanceof List<?> elements)) {
            return List.of();
        }
        return elements.stream().map(Json.class::cast).toList();
    }

    /** A text, a number or a truth value. */
    public String text() {
        return value instanceof String text ? text : "";
    }

    /** A text, a number or a truth value; {@code absent} if there is none. */
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

    /** Writes the fields of an object. Used once, by the code that it is handed to. */
    public static final class Fields {
        private final JsonGenerator generator;

        private Fields(JsonGenerator generator) {
            this.generator = generator;
        }

        /** A text. */
        public Fields put(String name, String text) {
            try {
                generator.writeStringField(name, text);
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** A number. */
        public Fields put(String name, long number) {
            try {
                generator.writeNumberField(name, number);
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** An object. */
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

        /** A list of one object. */
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
