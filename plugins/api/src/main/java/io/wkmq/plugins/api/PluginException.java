package io.wkmq.plugins.api;

/** A plugin cannot start. The text is for the administrator: what happened, the value, what was expected. */
public class PluginException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A reason in words. */
    public PluginException(String message) {
        super(message);
    }

    /** A reason in words and what caused it. */
    public PluginException(String message, Throwable cause) {
        super(message, cause);
    }
}
