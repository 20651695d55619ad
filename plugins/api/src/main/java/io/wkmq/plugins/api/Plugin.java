package io.wkmq.plugins.api;

/**
 * The entry of a plugin. A plugin is one jar with everything it needs; the jar names its entry in {@code
 * META-INF/services/io.wkmq.plugins.api.Plugin} and states {@code Wkmq-Plugin-Api: 1} in its manifest. The class has a public
 * constructor without arguments that does nothing of note: it also runs when plugins are merely listed.
 *
 * <p>{@link #start} and {@link #stop} are called once each, one after the other, on a thread of the plugin's own.
 */
public interface Plugin {
    /** The version of this package, as the manifest's {@code Wkmq-Plugin-Api} states it. */
    int API_VERSION = 1;

    /** Its name: lower case letters, digits and {@code -}. Its settings are the configuration keys {@code plugin.<name>.*}. */
    String name();

    /** Its own version, for people. */
    String version();

    /** What it does, in one line. */
    String description();

    /**
     * Reads the settings and registers what the plugin offers; that takes effect when this returns. May block for some
     * seconds. If it fails nothing of the plugin stays registered and {@link #stop} is not called.
     *
     * @throws PluginException if the plugin cannot work; the text is for the administrator
     */
    void start(PluginContext context) throws PluginException;

    /** Gives back what {@link #start} took. What was registered is no longer asked. May block for some seconds. */
    void stop();
}
