package io.wkmq.plugins.authfile;

import io.wkmq.plugins.api.Plugin;
import io.wkmq.plugins.api.PluginContext;
import io.wkmq.plugins.api.PluginException;
import io.wkmq.plugins.api.Settings;
import io.wkmq.plugins.authfile.PasswordAuthenticator.UnknownUser;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * The plugin {@code auth-file}. Settings: {@code users} (file), {@code acl} (file), {@code iterations}, {@code unknown_user},
 * {@code cache_size}, {@code cache_ttl}, {@code acl_deny}, {@code reload_interval}.
 */
public final class AuthFilePlugin implements Plugin {
    /** The relation by which a deny rule matches a subscription. */
    enum AclDeny {
        /** As in EMQ: the requested filter is matched as if it were a topic. */
        LITERAL,
        /** Matches if some topic matches both the requested filter and the rule. */
        OVERLAP
    }

    private record Configuration(
            Path users,
            Path acl,
            int iterations,
            UnknownUser unknownUser,
            int cacheSize,
            Duration cacheTtl,
            AclDeny aclDeny,
            Duration reloadInterval) {
        static Configuration of(Settings settings) throws PluginException {
            Configuration configuration = new Configuration(
                    settings.path("users", "etc/users"),
                    settings.path("acl", "etc/acl.conf"),
                    settings.integer("iterations", 210_000, PasswordHash.ITERATIONS_MIN, PasswordHash.ITERATIONS_MAX),
                    settings.choice("unknown_user", UnknownUser.DENY),
                    settings.integer("cache_size", 10_000, 1, 1_000_000),
                    settings.duration("cache_ttl", Duration.ofMinutes(5), Duration.ZERO, Duration.ofDays(1)),
                    settings.choice("acl_deny", AclDeny.LITERAL),
                    settings.duration(
                            "reload_interval", Duration.ofSeconds(2), Duration.ofMillis(10), Duration.ofHours(1)));
            settings.check();
            return configuration;
        }
    }

    /** Called by the service loader. */
    public AuthFilePlugin() {}

    @Override
    public String name() {
        return "auth-file";
    }

    @Override
    public String version() {
        String version = AuthFilePlugin.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    @Override
    public String description() {
        return "Users and access rules from files";
    }

    @Override
    public void start(PluginContext context) throws PluginException {
        Configuration configuration = Configuration.of(context.settings());
        try {
            startUsers(configuration, context);
            startAcl(configuration, context);
        } catch (InvalidFileException e) {
            throw new PluginException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new PluginException("A file cannot be read: " + e, e);
        }
    }

    @Override
    public void stop() {
        // the broker ends the threads that watch the files; there is nothing else to release
    }

    private static void startUsers(Configuration configuration, PluginContext context)
            throws IOException, InvalidFileException {
        SecureRandom random = new SecureRandom();
        UserFile users = new UserFile(configuration.users());
        FileWatch watch = new FileWatch(users.file(), () -> load(users, context), context.log());
        try {
            load(users, context);
        } catch (NoSuchFileException e) {
            context.log().log(Level.INFO, "There is no file of users, so there are none file=" + users.file());
        }
        VerifiedCredentials verified =
                new VerifiedCredentials(configuration.cacheSize(), configuration.cacheTtl(), System::nanoTime);
        context.addAuthenticator(new PasswordAuthenticator(
                users,
                configuration.unknownUser(),
                configuration.iterations(),
                verified,
                context.executor(),
                System::nanoTime,
                random));
        context.addCommand(new UsersCommand(users, configuration.iterations(), random));
        context.repeat(configuration.reloadInterval(), watch::poll);
    }

    private static void load(UserFile users, PluginContext context) throws IOException, InvalidFileException {
        users.load();
        if (PrivateFile.readableByOthers(users.file())) {
            context.log().log(
                    Level.WARNING,
                    "Others than its owner may read the file of users; expected mode 0600 file=" + users.file());
        }
    }

    private static void startAcl(Configuration configuration, PluginContext context)
            throws IOException, InvalidFileException, PluginException {
        FilterRelation toDeny = switch (configuration.aclDeny()) {
            case LITERAL -> FilterRelation.MATCHES_TEXT;
            case OVERLAP -> FilterRelation.OVERLAPS;
        };
        AclFile acl = new AclFile(configuration.acl(), toDeny);
        if (!Files.exists(acl.file())) {
            throw new PluginException("There is no file of access rules at " + acl.file()
                    + "; expected it there, if only with {allow, all}.");
        }
        FileWatch.Reload reload = () -> {
            acl.load();
            context.authorizationChanged();
        };
        FileWatch watch = new FileWatch(acl.file(), reload, context.log());
        acl.load();
        context.addAuthorizer(acl);
        context.addCommand(new AclCommand(reload));
        context.repeat(configuration.reloadInterval(), watch::poll);
    }
}
