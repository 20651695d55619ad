package io.wkmq.broker.api;

import java.util.Locale;

/** How payloads are represented in JSON. */
enum PayloadForm {
    /** Base64 of the bytes. */
    BASE64,
    /** A string; payloads that are not UTF-8 as {@link #BASE64}. */
    PLAIN,
    /** Omitted. */
    NONE;

    /** Returns the form with this name; throws {@link IllegalArgumentException} if there is none. */
    static PayloadForm of(String name) {
        return switch (name) {
            case "base64" -> BASE64;
            case "plain" -> PLAIN;
            case "none" -> NONE;
            default ->
                throw new IllegalArgumentException(
                        "The form of payloads is '" + name + "'; expected base64, plain or none");
        };
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
