package io.wkmq.broker.plugin;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads the classes of one plugin from its jar. Of the broker, a plugin sees only the plugin API and a few value types; apart
 * from those it sees the JDK, but neither the broker's classes and libraries nor other plugins. Thread-safe.
 */
final class PluginClassLoader extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    private static final String API_PACKAGE = "io.wkmq.plugins.api.";

    /** The types of {@code io.wkmq.routing} that the plugin API refers to. */
    private static final Set<String> VALUE_TYPES = Set.of(
            "io.wkmq.routing.InvalidTopicException",
            "io.wkmq.routing.Qos",
            "io.wkmq.routing.ShareName",
            "io.wkmq.routing.SubscriptionFilter",
            "io.wkmq.routing.TopicFilter",
            "io.wkmq.routing.TopicName");

    private final ClassLoader broker;

    PluginClassLoader(String pluginName, Path jar, ClassLoader broker) throws MalformedURLException {
        super("plugin-" + pluginName, new URL[] {jar.toUri().toURL()}, getPlatformClassLoader());
        this.broker = broker;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (shared(name)) {
            return broker.loadClass(name);
        }
        return super.loadClass(name, resolve); // the JDK first, then the jar
    }

    /** Looks in the jar first: a plugin's own resource takes precedence over a JDK resource of the same name. */
    @Override
    public @Nullable URL getResource(String name) {
        URL own = findResource(name);
        return own == null ? super.getResource(name) : own;
    }

    /** Closes the jar. Classes that are already loaded stay usable. */
    void closeQuietly(System.Logger log) {
        try {
            close();
        } catch (IOException e) {
            log.log(System.Logger.Level.WARNING, "The jar of a plugin was not closed cleanly loader=" + getName(), e);
        }
    }

    private static boolean shared(String name) {
        return name.startsWith(API_PACKAGE) || VALUE_TYPES.contains(name);
    }
}
