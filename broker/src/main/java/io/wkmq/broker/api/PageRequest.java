package io.wkmq.broker.api;

import io.wkmq.broker.config.Units;
import org.jspecify.annotations.Nullable;

/**
 * A request for a page of messages of a channel.
 *
 * @param from the first sequence number
 * @param to the last sequence number, inclusive
 * @param limit most messages
 * @param payload how payloads are written
 */
record PageRequest(long from, long to, int limit, PayloadForm payload) {
    /** Most messages of one page. */
    static final int LIMIT_MAX = 10_000;

    private static final int LIMIT_DEFAULT = 100;

    /** Validates the range and the limit. */
    PageRequest {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("The messages from " + from + " to " + to
                    + " are wanted; expected a first one from 0 on, and a last one that is not in front of it");
        }
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("The limit is " + limit + "; expected 1 to " + LIMIT_MAX);
        }
    }

    /**
     * Parses a request; null stands for a default.
     *
     * @throws IllegalArgumentException if a value is invalid
     */
    static PageRequest of(
            @Nullable String from, @Nullable String to, @Nullable String limit, @Nullable String payload) {
        long count = number("limit", limit, LIMIT_DEFAULT);
        return new PageRequest(
                number("first sequence number", from, 0),
                number("last sequence number", to, Long.MAX_VALUE),
                (int) Math.max(0, Math.min(count, Integer.MAX_VALUE)),
                payload == null ? PayloadForm.BASE64 : PayloadForm.of(payload));
    }

    static long number(String what, @Nullable String text, long otherwise) {
        if (text == null) {
            return otherwise;
        }
        try {
            return Units.number(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The " + what + " is '" + text + "'; " + e.getMessage(), e);
        }
    }
}
