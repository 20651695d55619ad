package io.wkmq.broker.plugin;

import io.wkmq.plugins.api.Plugin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/**
 * An opened plugin jar with its class loader, its entry and the entry's metadata.
 *
 * @param file the jar
 * @param loader its class loader
 * @param plugin the entry, not started
 * @param name its name
 * @param version its version
 * @param description what it does
 */
record PluginJar(Path file, PluginClassLoader loader, Plugin plugin, String name, String version, String description) {
    static final String API_ATTRIBUTE = "Wkmq-Plugin-Api";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    /** Opens a jar and runs the constructor of its entry. As that is foreign code, the caller has to expect any failure. */
    static PluginJar open(Path file, ClassLoader broker) throws IOException, PluginLoadException {
        checkApiVersion(file);
        PluginClassLoader loader = new PluginClassLoader(String.valueOf(file.getFileName()), file, broker);
        boolean opened = false;
        try {
            PluginJar jar = describe(file, loader);
            opened = true;
            return jar;
        } finally {
            if (!opened) {
                loader.close();
            }
        }
    }

    PluginInfo info(boolean active, PluginCounts counts) {
        return new PluginInfo(name, version, description, active, counts);
    }

    private static void checkApiVersion(Path file) throws IOException, PluginLoadException {
        String version;
        try (JarFile jar = new JarFile(file.toFile())) {
            Manifest manifest = jar.getManifest();
            version = manifest == null ? null : manifest.getMainAttributes().getValue(API_ATTRIBUTE);
        }
        if (!Integer.toString(Plugin.API_VERSION).equals(version)) {
            throw new PluginLoadException(
                    "its manifest says " + API_ATTRIBUTE + ": " + version + "; expected " + Plugin.API_VERSION);
        }
    }

    private static PluginJar describe(Path file, PluginClassLoader loader) throws PluginLoadException {
        List<ServiceLoader.Provider<Plugin>> entries =
                ServiceLoader.load(Plugin.class, loader).stream().toList();
        if (entries.size() != 1) {
            throw new PluginLoadException("it has " + entries.size() + " entries in META-INF/services/"
                    + Plugin.class.getName() + "; expected 1");
        }
        Plugin plugin = entries.get(0).get();
        String name = String.valueOf(plugin.name());
        if (!NAME.matcher(name).matches()) {
            throw new PluginLoadException("its name is '" + name
                    + "'; expected lower case letters, digits and -, a letter first, at most 64");
        }
        return new PluginJar(
                file, loader, plugin, name, String.valueOf(plugin.version()), String.valueOf(plugin.description()));
    }
}
