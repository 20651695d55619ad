package io.wkmq.broker.plugin;

import io.wkmq.plugins.api.Authenticator;
import io.wkmq.plugins.api.Authorizer;
import io.wkmq.plugins.api.ClientListener;
import io.wkmq.plugins.api.Command;
import io.wkmq.plugins.api.EnhancedAuthenticator;
import io.wkmq.plugins.api.PluginContext;
import io.wkmq.plugins.api.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The context of one starting or running plugin. Thread-safe. Accepts registrations until {@link #finishRegistration}. */
final class RunningPlugin implements PluginContext {
    private final PluginJar jar;
    private final Settings settings;
    private final Path homeDirectory;
    private final Path dataDirectory;
    private final PluginGuard guard;
    private final PluginThreads threads;
    private final Runnable changed;
    private final PluginLog log;
    private @Nullable Registration registration;

    RunningPlugin(
            PluginJar jar,
            Settings settings,
            Path homeDirectory,
            Path dataDirectory,
            PluginGuard guard,
            PluginThreads threads,
            Runnable changed) {
        this.jar = jar;
        this.settings = settings;
        this.homeDirectory = homeDirectory;
        this.dataDirectory = dataDirectory;
        this.guard = guard;
        this.threads = threads;
        this.changed = changed;
        this.log = new PluginLog(jar.name());
        this.registration = new Registration(guard, threads);
    }

    PluginJar jar() {
        return jar;
    }

    PluginInfo info() {
        return jar.info(true, guard.counts());
    }

    /** Ends the registration and returns what was registered. */
    synchronized Hooks finishRegistration() {
        Registration finished = registration;
        if (finished == null) {
            throw new IllegalStateException("The registration of '" + jar.name() + "' was finished before");
        }
        registration = null;
        return finished.hooks();
    }

    /** Ends the plugin's threads and closes its jar. */
    void release() {
        threads.end();
        jar.loader().closeQuietly(log);
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public Path homeDirectory() {
        return homeDirectory;
    }

    @Override
    public Path dataDirectory() {
        try {
            return Files.createDirectories(dataDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException("The plugin's data directory cannot be made: " + e, e);
        }
    }

    @Override
    public System.Logger log() {
        return log;
    }

    @Override
    @SuppressWarnings("UnnecessaryMethodReference") // the pool itself could be cast and shut down
    public Executor executor() {
        Executor work = threads.work();
        return work::execute;
    }

    @Override
    public void repeat(Duration pause, Runnable task) {
        threads.repeat(pause, () -> guard.run(task));
    }

    @Override
    public void addAuthenticator(Authenticator authenticator) {
        register(open -> open.addAuthenticator(authenticator));
    }

    @Override
    public void addEnhancedAuthenticator(EnhancedAuthenticator authenticator) {
        register(open -> open.addMethod(authenticator));
    }

    @Override
    public void addAuthorizer(Authorizer authorizer) {
        register(open -> open.addAuthorizer(authorizer));
    }

    @Override
    public void addClientListener(ClientListener listener) {
        register(open -> open.addListener(listener));
    }

    @Override
    public void addCommand(Command command) {
        register(open -> open.addCommand(command));
    }

    @Override
    public void authorizationChanged() {
        changed.run();
    }

    private synchronized void register(Consumer<Registration> addition) {
        Registration open = registration;
        if (open == null) {
            throw new IllegalStateException(
                    "'" + jar.name() + "' registers after its start; expected it in start only");
        }
        addition.accept(open);
    }
}
