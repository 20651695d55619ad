package io.wkmq.broker.auth;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A ban: clients that must not connect.
 *
 * @param kind what is banned
 * @param value the client id, user name or IP address
 * @param reason the reason in the administrator's words
 * @param until when the ban expires, or null for never
 */
public record Ban(
        Kind kind, String value, String reason, @Nullable Instant until) {
    /** What is banned. */
    public enum Kind {
        /** A client id. */
        CLIENT_ID("client id"),
        /** A user name. */
        USER_NAME("user name"),
        /** An IP address. */
        IP_ADDRESS("IP address");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }
}
