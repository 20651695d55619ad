package io.wkmq.broker.api;

import io.wkmq.broker.config.Units;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of a channel somebody wants to have at once.
 *
 * @param from the first sequence number
 * @param to the last one
 * @param limit how many at most
 * @param payload how their payloads are written
 */
record PageRequest(long from, long to, int limit, PayloadForm payload) {
    /** Nobody gets more at once. */
    static final int LIMIT_MAX = 10_000;

    private static final int LIMIT_DEFAULT = 100;

    /** Refuses what makes no sense. */
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
     * What the texts say; null for what nothing is said of.
     *
     * @throws IllegalArgumentException if that makes no sense
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
