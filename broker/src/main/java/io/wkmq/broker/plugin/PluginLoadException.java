package io.wkmq.broker.plugin;

/** Thrown if a plugin could not be loaded or unloaded. The message is for the administrator. */
public final class PluginLoadException extends Exception {
    private static final long serialVersionUID = 1L;

    PluginLoadException(String message) {
        super(message);
    }

    PluginLoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
