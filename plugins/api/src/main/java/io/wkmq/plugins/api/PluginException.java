package io.wkmq.plugins.api;

/** Thrown when a plugin cannot start. The message is for the administrator: what happened, the value, what was expected. */
public class PluginException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates an exception with a message. */
    public PluginException(String message) {
        super(message);
    }

    /** Creates an exception with a message and a cause. */
    public PluginException(String message, Throwable cause) {
        super(message, cause);
    }
}
