package io.wkmq.broker.api;

import io.wkmq.cluster.discovery.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object sent by a client: strings, numbers and booleans. Immutable.
 *
 * @param json the object
 */
record JsonObject(Json json) {
    /**
     * Parses a document.
     *
     * @param known the fields that it may have
     * @throws ApiException if it is not an object with only such fields
     */
    static JsonObject read(byte[] document, Set<String> known) throws ApiException {
        Json json;
        try {
            json = Json.parse(document);
        } catch (IOException e) {
            throw ApiException.badRequest(e.getMessage() + "; expected an object");
        }
        return of(json, known);
    }

    private static JsonObject of(Json json, Set<String> known) throws ApiException {
        if (!json.isObject()) {
            throw ApiException.badRequest("This is no JSON object, but " + json.kind() + "; expected one");
        }
        check("field", json.names(), known);
        return new JsonObject(json);
    }

    /** Returns whether a document looks like a list, valid or not. */
    static boolean isList(byte[] document) {
        return new String(document, StandardCharsets.UTF_8).strip().startsWith("[");
    }

    /** Converts an object. */
    @FunctionalInterface
    interface Reading<T> {
        /**
         * Converts the object.
         *
         * @throws ApiException if a field is missing or malformed
         * @throws IllegalArgumentException if its values are invalid
         */
        T read(JsonObject object) throws ApiException;
    }

    /**
     * Parses a document that is a list of objects.
     *
     * @param known the fields that they may have
     * @throws ApiException if it is something else; the message names the first wrong object
     */
    static <T> List<T> readList(byte[] document, Set<String> known, Reading<T> reading) throws ApiException {
        List<Json> items;
        try {
            items = Json.parse(document).items();
        } catch (IOException e) {
            throw ApiException.badRequest(e.getMessage() + "; expected a list of objects");
        }
        if (items.isEmpty()) {
            throw ApiException.badRequest("The list is empty; expected one object at least");
        }
        List<T> all = new ArrayList<>();
        for (Json item : items) {
            String place = "Object " + (all.size() + 1) + " of the list: ";
            try {
                all.add(reading.read(of(item, known)));
            } catch (ApiException e) {
                throw new ApiException(e.status(), e.code(), place + e.text());
            } catch (IllegalArgumentException e) {
                throw ApiException.badRequest(place + e.getMessage());
            }
        }
        return all;
    }

    /** Refuses unknown names, which would otherwise be silently ignored. */
    static void check(String what, Set<String> names, Set<String> known) throws ApiException {
        for (String name : names) {
            if (!known.contains(name)) {
                List<String> expected = known.stream().sorted().toList();
                throw ApiException.badRequest(
                        "There is no " + what + " '" + name + "'; expected " + String.join(", ", expected));
            }
        }
    }

    /** Returns a string, number or boolean as text; null if it is absent or empty. */
    @Nullable
    String field(String name) {
        String text = json.at(name).text();
        return text.isEmpty() ? null : text;
    }

    /** Returns a field like {@link #field}, which must be present. */
    String required(String name) throws ApiException {
        String text = field(name);
        if (text == null) {
            throw ApiException.badRequest("There is no '" + name + "'; expected one");
        }
        return text;
    }
}
