package io.wkmq.broker.plugin;

/** A plugin was not loaded or unloaded. The text is for the administrator. */
public final class PluginLoadException extends Exception {
    private static final long serialVersionUID = 1L;

    PluginLoadException(String message) {
        super(message);
    }

    PluginLoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
