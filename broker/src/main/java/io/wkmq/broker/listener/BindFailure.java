package io.wkmq.broker.listener;

import org.jspecify.annotations.Nullable;

/** Explains why a listener could not bind, and what to do about it. */
record BindFailure(
        ListenerKey key, String address, @Nullable Throwable cause) {
    ListenerException exception() {
        String text = cause == null ? "it takes too long" : String.valueOf(cause.getMessage());
        return new ListenerException(key + " = " + address + ": cannot listen there: " + text + advice(text), cause);
    }

    // The JDK and epoll both pass on the operating system's messages; there are no error codes to go by.
    private String advice(String text) {
        if (text.contains("Address already in use")) {
            return "; stop the program that uses it or set " + key + " to another address";
        }
        if (text.contains("Permission denied")) {
            return "; ports below 1024 and foreign directories need a privilege, set " + key + " to another address";
        }
        if (text.contains("Cannot assign requested address")) {
            return "; this machine has no such address, set " + key + " to one it has, or to 0.0.0.0 for all";
        }
        return "";
    }
}
