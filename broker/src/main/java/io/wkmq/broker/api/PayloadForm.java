package io.wkmq.broker.api;

import java.util.Locale;

/** How payloads are written into JSON. */
enum PayloadForm {
    /** As they are, whatever they are. */
    BASE64,
    /** As text; those that are none as {@link #BASE64}. */
    PLAIN,
    /** Not at all. */
    NONE;

    /** The form of that name; throws {@link IllegalArgumentException} if there is none. */
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
