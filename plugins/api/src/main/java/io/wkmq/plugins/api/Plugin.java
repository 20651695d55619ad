package io.wkmq.plugins.api;

/**
 * The entry point of a plugin. A plugin is a single jar with all its dependencies; the jar names its entry point in
 * {@code META-INF/services/io.wkmq.plugins.api.Plugin} and declares {@code Wkmq-Plugin-Api: 1} in its manifest. The class has a
 * public no-argument constructor, which must have no side effects: it also runs when plugins are merely listed.
 *
 * <p>{@link #start} and {@link #stop} are called once each, sequentially, on a thread of the plugin's own.
 */
public interface Plugin {
    /** The version of this package, as declared by {@code Wkmq-Plugin-Api} in the manifest. */
    int API_VERSION = 1;

    /** Returns the name: lower case letters, digits and {@code -}. Settings are the configuration keys {@code plugin.<name>.*}. */
    String name();

    /** Returns the plugin's own version, for display. */
    String version();

    /** Returns a one-line description. */
    String description();

    /**
     * Reads the settings and registers the plugin's services, which take effect when this method returns. May block for some
     * seconds. If it fails, nothing stays registered and {@link #stop} is not called.
     *
     * @throws PluginException if the plugin cannot work; the message is for the administrator
     */
    void start(PluginContext context) throws PluginException;

    /** Releases the resources acquired by {@link #start}. Registered services are no longer called. May block for some seconds. */
    void stop();
}
