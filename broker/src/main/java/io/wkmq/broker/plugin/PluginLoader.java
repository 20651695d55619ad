package io.wkmq.broker.plugin;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.wkmq.plugins.api.InvalidSettingsException;
import io.wkmq.plugins.api.PluginException;
import io.wkmq.plugins.api.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads and unloads the plugins in a directory, each jar with a class loader of its own. Thread-safe. Its methods wait for the
 * plugin, up to the time limit, and must not be called on an event loop.
 */
public final class PluginLoader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginLoader.class);

    private final Directories directories;
    private final Function<String, Map<String, String>> settings;
    private final HookRegistry hooks;
    private final ScheduledExecutorService timer;
    private final Duration callLimit;

    @GuardedBy("this")
    private final Map<String, RunningPlugin> running = new LinkedHashMap<>();

    /**
     * The directories that the loader uses.
     *
     * @param plugins the directory of the jars
     * @param home the base of plugins' relative paths
     * @param data the parent of the plugins' data directories
     */
    public record Directories(Path plugins, Path home, Path data) {}

    /**
     * Creates a loader without any loaded plugin.
     *
     * @param directories the directories to use
     * @param settings returns a plugin's settings by its name: the configuration keys {@code plugin.<name>.*} without that
     *     prefix
     * @param hooks receives the hooks that plugins register
     * @param timer for time limits; should remove cancelled tasks
     * @param callLimit the time limit for a plugin's start and stop
     */
    public PluginLoader(
            Directories directories,
            Function<String, Map<String, String>> settings,
            HookRegistry hooks,
            ScheduledExecutorService timer,
            Duration callLimit) {
        this.directories = directories;
        this.settings = settings;
        this.hooks = hooks;
        this.timer = timer;
        this.callLimit = callLimit;
    }

    /**
     * Returns the loaded plugins in the order of loading, followed by the others in the directory, by name. Logs jars that
     * cannot be opened.
     */
    public synchronized List<PluginInfo> list() {
        List<PluginInfo> list = new ArrayList<>();
        running.values().forEach(plugin -> list.add(plugin.info()));
        List<String> problems = new ArrayList<>();
        for (PluginJar jar : openAll(problems)) {
            if (!running.containsKey(jar.name())) {
                list.add(jar.info(false, PluginCounts.NONE));
            }
            close(jar);
        }
        problems.forEach(problem -> LOG.warn("A jar in {} is not a plugin: {}", directories.plugins(), problem));
        return list;
    }

    /**
     * Loads and starts a plugin. Its hooks are appended to those of the loaded plugins.
     *
     * @throws PluginLoadException if the plugin does not exist, is already loaded, fails, or takes too long; nothing of it
     *     remains registered
     */
    public synchronized PluginInfo load(String name) throws PluginLoadException {
        if (running.containsKey(name)) {
            throw new PluginLoadException("The plugin '" + name + "' is loaded already");
        }
        PluginJar jar = find(name);
        RunningPlugin plugin;
        try {
            plugin = prepare(jar);
        } catch (InvalidSettingsException e) {
            close(jar);
            throw new PluginLoadException("The plugin '" + name + "' is configured wrongly:\n" + e.getMessage(), e);
        }
        boolean started = false;
        try {
            start(plugin);
            started = true;
        } finally {
            if (!started) {
                plugin.release();
            }
        }
        running.put(name, plugin);
        LOG.info("Plugin loaded plugin={} version={}", jar.name(), jar.version());
        return plugin.info();
    }

    /**
     * Stops and unloads a plugin. Its hooks are removed even if it fails to stop.
     *
     * @throws PluginLoadException if it is not loaded
     */
    public synchronized void unload(String name) throws PluginLoadException {
        RunningPlugin plugin = running.remove(name);
        if (plugin == null) {
            throw new PluginLoadException("The plugin '" + name + "' is not loaded");
        }
        hooks.remove(name);
        stop(plugin);
        plugin.release();
        LOG.info("Plugin unloaded plugin={}", name);
    }

    /** Unloads all plugins in reverse order. */
    @Override
    public synchronized void close() {
        List<String> names = new ArrayList<>(running.keySet());
        Collections.reverse(names);
        for (String name : names) {
            try {
                unload(name);
            } catch (PluginLoadException e) {
                throw new IllegalStateException("A plugin vanished while all are unloaded", e);
            }
        }
    }

    private RunningPlugin prepare(PluginJar jar) throws InvalidSettingsException {
        String prefix = "plugin." + jar.name() + ".";
        Map<String, String> values = new HashMap<>(settings.apply(jar.name()));
        PluginLimits limits = PluginLimits.take(prefix, values);
        PluginGuard guard = new PluginGuard(jar.name(), limits.timeout().toMillis(), timer);
        PluginThreads threads =
                new PluginThreads(jar.name(), limits, jar.loader(), (thread, cause) -> guard.failed(cause));
        return new RunningPlugin(
                jar,
                new Settings(prefix, directories.home(), values),
                directories.home(),
                directories.data().resolve(jar.name()),
                guard,
                threads,
                hooks::changed);
    }

    private void start(RunningPlugin plugin) throws PluginLoadException {
        PluginJar jar = plugin.jar();
        try {
            LimitedCall.run("plugin-" + jar.name() + "-start", jar.loader(), callLimit, () -> {
                jar.plugin().start(plugin);
                return jar;
            });
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String text = cause instanceof PluginException ? cause.getMessage() : String.valueOf(cause);
            throw new PluginLoadException("The plugin '" + jar.name() + "' did not start: " + text, e);
        } catch (TimeoutException e) {
            throw new PluginLoadException("The plugin '" + jar.name() + "' did not start: " + e.getMessage(), e);
        }
        try {
            hooks.add(jar.name(), plugin.finishRegistration());
        } catch (IllegalArgumentException e) {
            stop(plugin);
            throw new PluginLoadException("The plugin '" + jar.name() + "' does not fit: " + e.getMessage(), e);
        }
    }

    private void stop(RunningPlugin plugin) {
        PluginJar jar = plugin.jar();
        try {
            LimitedCall.run("plugin-" + jar.name() + "-stop", jar.loader(), callLimit, () -> {
                jar.plugin().stop();
                return jar;
            });
        } catch (ExecutionException e) {
            LOG.warn("A plugin failed to stop plugin={}", jar.name(), e.getCause());
        } catch (TimeoutException e) {
            LOG.warn("A plugin failed to stop: {} plugin={}", e.getMessage(), jar.name());
        }
    }

    private PluginJar find(String name) throws PluginLoadException {
        List<String> problems = new ArrayList<>();
        List<String> names = new ArrayList<>();
        PluginJar found = null;
        PluginJar twin = null;
        for (PluginJar jar : openAll(problems)) {
            names.add(jar.name());
            if (found == null && jar.name().equals(name)) {
                found = jar;
                continue;
            }
            if (jar.name().equals(name)) {
                twin = jar;
            }
            close(jar);
        }
        if (found == null) {
            throw new PluginLoadException("There is no plugin '" + name + "' in " + directories.plugins()
                    + "; expected one of " + names + (problems.isEmpty() ? "" : "; no plugins: " + problems));
        }
        if (twin != null) {
            close(found);
            throw new PluginLoadException("The plugin '" + name + "' is in "
                    + found.file().getFileName() + " and in " + twin.file().getFileName() + "; expected one jar");
        }
        return found;
    }

    private List<PluginJar> openAll(List<String> problems) {
        List<PluginJar> jars = new ArrayList<>();
        for (Path file : files()) {
            PluginJar jar = open(file, problems);
            if (jar != null) {
                jars.add(jar);
            }
        }
        jars.sort(Comparator.comparing(PluginJar::name));
        return jars;
    }

    private List<Path> files() {
        if (!Files.isDirectory(directories.plugins())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directories.plugins())) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            LOG.warn("Cannot read the plugin directory directory={}", directories.plugins(), e);
            return List.of();
        }
    }

    private @Nullable PluginJar open(Path file, List<String> problems) {
        ClassLoader broker = PluginLoader.class.getClassLoader();
        try {
            return LimitedCall.run(
                    "plugin-open-" + file.getFileName(), broker, callLimit, () -> PluginJar.open(file, broker));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            problems.add(file.getFileName() + ": "
                    + (cause instanceof PluginLoadException ? cause.getMessage() : String.valueOf(cause)));
        } catch (TimeoutException e) {
            problems.add(file.getFileName() + ": " + e.getMessage());
        }
        return null;
    }

    private static void close(PluginJar jar) {
        jar.loader().closeQuietly(new PluginLog(jar.name()));
    }
}
