package io.wkmq.cluster.security;

import org.jspecify.annotations.Nullable;

/** What a connection between nodes is for. The codes are part of the wire protocol and must not change. */
public enum Purpose {
    /** Membership in the cluster. */
    MEMBER(1),
    /** Carrying clients' messages. */
    LINK(2),
    /** Asking a single question. */
    ENQUIRY(3);

    private final int code;

    Purpose(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Returns the purpose with that code, or null. */
    static @Nullable Purpose of(int code) {
        for (Purpose purpose : values()) {
            if (purpose.code == code) {
                return purpose;
            }
        }
        return null;
    }
}
