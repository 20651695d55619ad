package io.wkmq.cluster.security;

import org.jspecify.annotations.Nullable;

/** What a connection between nodes is for. The code goes over the network and stays what it is. */
public enum Purpose {
    /** To be a member of the cluster. */
    MEMBER(1),
    /** To carry clients' messages. */
    LINK(2),
    /** To ask one question and go. */
    ENQUIRY(3);

    private final int code;

    Purpose(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The purpose of that code, or null. */
    static @Nullable Purpose of(int code) {
        for (Purpose purpose : values()) {
            if (purpose.code == code) {
                return purpose;
            }
        }
        return null;
    }
}
