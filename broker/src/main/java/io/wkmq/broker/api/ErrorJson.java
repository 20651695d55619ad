package io.wkmq.broker.api;

import io.wkmq.broker.http.JsonWriter;

/** Writes errors as JSON: a machine-readable code and a message. Stateless. */
final class ErrorJson {
    private ErrorJson() {}

    static String of(String code, String message) {
        return new JsonWriter()
                .beginObject()
                .field("code", code)
                .field("message", message)
                .endObject()
                .toString();
    }
}
