package io.wkmq.broker.api;

import io.wkmq.cluster.discovery.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a program has sent as a JSON object: texts, numbers and truth values. Immutable.
 *
 * @param json the object
 */
record JsonObject(Json json) {
    /**
     * Reads a document.
     *
     * @param known the fields that it may have
     * @throws ApiException if it is something else
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

    /** Whether a document is a list, if it is anything. */
    static boolean isList(byte[] document) {
        return new String(document, StandardCharsets.UTF_8).strip().startsWith("[");
    }

    /** Makes something of an object. */
    @FunctionalInterface
    interface Reading<T> {
        /**
         * What the object says.
         *
         * @throws ApiException if it says something else
         * @throws IllegalArgumentException if that makes no sense
         */
        T read(JsonObject object) throws ApiException;
    }

    /**
     * Reads a document that is a list of objects.
     *
     * @param known the fields that they may have
     * @throws ApiException if it is something else, with the first object that is wrong
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

    /** Refuses names that are not known: nobody looks at what is behind them. */
    static void check(String what, Set<String> names, Set<String> known) throws ApiException {
        for (String name : names) {
            if (!known.contains(name)) {
                List<String> expected = known.stream().sorted().toList();
                throw ApiException.badRequest(
                        "There is no " + what + " '" + name + "'; expected " + String.join(", ", expected));
            }
        }
    }

    /** A text, a number or a truth value; null if it is not there. */
    @Nullable
    String field(String name) {
        String text = json.at(name).text();
        return text.isEmpty() ? null : text;
    }

    /** The same, which has to be there. */
    String required(String name) throws ApiException {
        String text = field(name);
        if (text == null) {
            throw ApiException.badRequest("There is no '" + name + "'; expected one");
        }
        return text;
    }
}
