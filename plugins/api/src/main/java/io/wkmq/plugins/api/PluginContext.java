package io.wkmq.plugins.api;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The broker's services for a plugin, passed to {@link Plugin#start}. Implemented by the broker; thread-safe; usable until
 * {@link Plugin#stop} returns.
 */
public interface PluginContext {
    /** Returns the plugin's settings: the configuration keys {@code plugin.<name>.*} without that prefix. */
    Settings settings();

    /** Returns the broker's home directory, against which {@link Settings#path} resolves. */
    Path homeDirectory();

    /** Returns a directory for the plugin's exclusive use that persists across restarts. Created by the first call. */
    Path dataDirectory();

    /** Returns the broker's log under the plugin's name. Never log a password. */
    System.Logger log();

    /**
     * Returns the plugin's own threads for work that blocks or takes long. Their number and queue are bounded
     * ({@code plugin.<name>.threads} and {@code plugin.<name>.queue}); beyond that {@code execute} throws
     * {@link java.util.concurrent.RejectedExecutionException}, to which a plugin responds with
     * {@link AuthenticationResult.Reason#SERVER_BUSY}.
     */
    Executor executor();

    /**
     * Runs a task repeatedly until the plugin stops, first after {@code pause} and then with that pause after each run. All
     * such tasks and the commands share one thread, so tasks should be short. Exceptions are logged.
     */
    void repeat(Duration pause, Runnable task);

    /** Appends an authenticator to the chain that authenticates clients. */
    void addAuthenticator(Authenticator authenticator);

    /** Adds an MQTT 5 authentication method; its name must be unused. */
    void addEnhancedAuthenticator(EnhancedAuthenticator authenticator);

    /** Appends an authorizer to the chain that authorizes publishing and subscribing. */
    void addAuthorizer(Authorizer authorizer);

    /** Adds an observer of client events. */
    void addClientListener(ClientListener listener);

    /** Adds a command to {@code wkctl}; its name must be unused. */
    void addCommand(Command command);

    /** Reports that an {@link Authorizer} of this plugin may now decide differently: the broker discards cached decisions. */
    void authorizationChanged();
}
