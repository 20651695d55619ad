package io.wkmq.plugins.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * What the broker gives a plugin at {@link Plugin#start}. Implemented by the broker; thread-safe; usable until {@link
 * Plugin#stop} returns.
 */
public interface PluginContext {
    /** The plugin's settings: the configuration keys {@code plugin.<name>.*} without that prefix. */
    Settings settings();

    /** The broker's home directory; {@link Settings#path} resolves against it. */
    Path homeDirectory();

    /** A directory that is the plugin's alone and stays over restarts. Made at the first call. */
    Path dataDirectory();

    /** Writes to the broker's log under the plugin's name. Never log a password. */
    System.Logger log();

    /**
     * Threads of the plugin's own for work that blocks or takes long. Their number and queue are bounded ({@code
     * plugin.<name>.threads} and {@code plugin.<name>.queue}); beyond that {@code execute} throws {@link
     * java.util.concurrent.RejectedExecutionException}, which a plugin answers with {@link
     * AuthenticationResult.Reason#SERVER_BUSY}.
     */
    Executor executor();

    /**
     * Runs a task again and again, the first time after the pause and then the pause after each run, until the plugin stops. All
     * such tasks and the commands share one thread, so the task should be short. What it throws is logged.
     */
    void repeat(Duration pause, Runnable task);

    /** Adds to the end of the chain that authenticates clients. */
    void addAuthenticator(Authenticator authenticator);

    /** Adds an MQTT 5 authentication method; the name must be free. */
    void addEnhancedAuthenticator(EnhancedAuthenticator authenticator);

    /** Adds to the end of the chain that authorizes publishing and subscribing. */
    void addAuthorizer(Authorizer authorizer);

    /** Adds an observer of clients. */
    void addClientListener(ClientListener listener);

    /** Adds a command to {@code wkctl}; the name must be free. */
    void addCommand(Command command);

    /** Says that an {@link Authorizer} of this plugin may now decide otherwise: decisions that the broker remembers are forgotten. */
    void authorizationChanged();
}
