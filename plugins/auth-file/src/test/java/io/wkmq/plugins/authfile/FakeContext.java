package io.wkmq.plugins.authfile;

import io.wkmq.plugins.api.Authenticator;
import io.wkmq.plugins.api.Authorizer;
import io.wkmq.plugins.api.ClientListener;
import io.wkmq.plugins.api.Command;
import io.wkmq.plugins.api.CommandException;
import io.wkmq.plugins.api.EnhancedAuthenticator;
import io.wkmq.plugins.api.PluginContext;
import io.wkmq.plugins.api.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A broker that runs everything on the test's thread, repeated tasks when the test says so. */
final class FakeContext implements PluginContext {
    private final Path home;
    private final Settings settings;
    private final List<Authenticator> authenticators = new ArrayList<>();
    private final List<Authorizer> authorizers = new ArrayList<>();
    private final List<Command> commands = new ArrayList<>();
    private final List<Runnable> repeated = new ArrayList<>();
    private final List<String> logged = new ArrayList<>();
    private int authorizationChanges;

    FakeContext(Path home, Map<String, String> settings) {
        this.home = home;
        this.settings = new Settings("plugin.auth-file.", home, settings);
    }

    List<Authenticator> authenticators() {
        return authenticators;
    }

    List<Authorizer> authorizers() {
        return authorizers;
    }

    List<Command> commands() {
        return commands;
    }

    List<String> logged() {
        return logged;
    }

    int authorizationChanges() {
        return authorizationChanges;
    }

    void runRepeated() {
        repeated.forEach(Runnable::run);
    }

    String run(String command, String... arguments) throws CommandException {
        for (Command candidate : commands) {
            if (candidate.name().equals(command)) {
                return candidate.run(List.of(arguments));
            }
        }
        throw new AssertionError("There is no command " + command);
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public Path homeDirectory() {
        return home;
    }

    @Override
    public Path dataDirectory() {
        return home.resolve("data");
    }

    @Override
    public System.Logger log() {
        return new ListLogger();
    }

    @Override
    public Executor executor() {
        return Runnable::run;
    }

    @Override
    public void repeat(Duration pause, Runnable task) {
        repeated.add(task);
    }

    @Override
    public void addAuthenticator(Authenticator authenticator) {
        authenticators.add(authenticator);
    }

    @Override
    public void addEnhancedAuthenticator(EnhancedAuthenticator authenticator) {
        throw new AssertionError("auth-file has none");
    }

    @Override
    public void addAuthorizer(Authorizer authorizer) {
        authorizers.add(authorizer);
    }

    @Override
    public void addClientListener(ClientListener listener) {
        throw new AssertionError("auth-file has none");
    }

    @Override
    public void addCommand(Command command) {
        commands.add(command);
    }

    @Override
    public void authorizationChanged() {
        authorizationChanges++;
    }

    private final class ListLogger implements System.Logger {
        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String text, @Nullable Throwable cause) {
            logged.add(level + " " + text);
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String format, Object... parameters) {
            logged.add(level + " " + format);
        }
    }
}
