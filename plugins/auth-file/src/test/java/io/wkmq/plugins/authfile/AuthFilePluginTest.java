package io.wkmq.plugins.authfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.plugins.api.AccessRequest;
import io.wkmq.plugins.api.AuthenticationResult;
import io.wkmq.plugins.api.Authorization;
import io.wkmq.plugins.api.CommandException;
import io.wkmq.plugins.api.Credentials;
import io.wkmq.plugins.api.Plugin;
import io.wkmq.plugins.api.PluginException;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthFilePluginTest {
    private static final Map<String, String> FAST = Map.of("iterations", "1000");

    @TempDir
    Path home;

    private Path acl = Path.of("acl.conf");
    private Path users = Path.of("users");

    @BeforeEach
    void makeFiles() throws Exception {
        Files.createDirectory(home.resolve("etc"));
        users = home.resolve("etc/users");
        acl = Files.writeString(home.resolve("etc/acl.conf"), "{allow, all}.");
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(Plugin.class).findFirst()).get().isInstanceOf(AuthFilePlugin.class);
    }

    @Test
    void startsWithoutUsersAndLetsThemBeManaged() throws Exception {
        FakeContext context = start(FAST);
        assertThat(authenticate(context, "alice", "wonder")).isEqualTo(AuthenticationResult.ignored());

        assertThat(context.run("users", "add", "alice", "wonder")).isEqualTo("ok");
        assertThat(context.run("users", "list")).isEqualTo("alice");
        assertThat(authenticate(context, "alice", "wonder")).isEqualTo(AuthenticationResult.allowed());
        assertThat(context.run("users", "passwd", "alice", "land")).isEqualTo("ok");
        assertThat(authenticate(context, "alice", "land")).isEqualTo(AuthenticationResult.allowed());
        assertThat(context.run("users", "del", "alice")).isEqualTo("ok");
        assertThat(context.run("users", "list")).isEmpty();
    }

    @Test
    void commandsSayWhyTheyCannotBeDone() throws Exception {
        FakeContext context = start(FAST);
        context.run("users", "add", "alice", "wonder");
        assertThatThrownBy(() -> context.run("users", "add", "alice", "x"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("There is a user 'alice' already");
        assertThatThrownBy(() -> context.run("users", "passwd", "bob", "x")).hasMessageContaining("no user 'bob'");
        assertThatThrownBy(() -> context.run("users", "del", "bob")).hasMessageContaining("no user 'bob'");
        assertThatThrownBy(() -> context.run("users", "add", "bob", "")).hasMessageContaining("password is empty");
        assertThatThrownBy(() -> context.run("users", "add", "#bob", "x")).hasMessageContaining("starts with #");
        assertThatThrownBy(() -> context.run("users", "add", "bob", "secret", "word"))
                .hasMessageContaining("users add <Name> <Password>")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> context.run("users")).hasMessageContaining("users list");
        assertThatThrownBy(() -> context.run("acl", "load")).hasMessageContaining("expected acl reload");
    }

    @Test
    void readsChangedFilesAgain() throws Exception {
        FakeContext context = start(FAST);
        assertThat(authorize(context)).isEqualTo(Authorization.ALLOW);

        Files.writeString(acl, "{deny, all}. % and another size");
        UserFile other = new UserFile(users);
        other.put("bob", PasswordHash.create("builder", 1_000, new SecureRandom()), false);
        context.runRepeated();

        assertThat(authorize(context)).isEqualTo(Authorization.DENY);
        assertThat(context.authorizationChanges()).isEqualTo(1);
        assertThat(authenticate(context, "bob", "builder")).isEqualTo(AuthenticationResult.allowed());
        context.runRepeated();
        assertThat(context.authorizationChanges()).isEqualTo(1);
    }

    @Test
    void keepsWhatItHasWhenAFileBecomesWrongOrIsGone() throws Exception {
        FakeContext context = start(FAST);
        context.run("users", "add", "alice", "wonder");
        context.runRepeated();

        Files.writeString(acl, "{deny, all");
        Files.writeString(users, "nonsense");
        context.runRepeated();
        assertThat(context.logged()).anyMatch(line -> line.contains("acl.conf:1:11"));
        assertThat(context.logged()).anyMatch(line -> line.contains("users:1: there is no user name"));

        Files.delete(acl);
        Files.delete(users);
        context.runRepeated();
        int lines = context.logged().size();
        context.runRepeated();
        assertThat(context.logged()).hasSize(lines).anyMatch(line -> line.contains("The file is gone"));

        assertThat(authorize(context)).isEqualTo(Authorization.ALLOW);
        assertThat(authenticate(context, "alice", "wonder")).isEqualTo(AuthenticationResult.allowed());
    }

    @Test
    void reloadsTheRulesByCommand() throws Exception {
        FakeContext context = start(FAST);
        Files.writeString(acl, "{deny, all}.");
        assertThat(context.run("acl", "reload")).isEqualTo("ok");
        assertThat(authorize(context)).isEqualTo(Authorization.DENY);
        assertThat(context.authorizationChanges()).isEqualTo(1);

        Files.writeString(acl, "{allow, everybody}.");
        assertThatThrownBy(() -> context.run("acl", "reload"))
                .hasMessageContaining("stay as they were")
                .hasMessageContaining("acl.conf:1:9");
        assertThat(authorize(context)).isEqualTo(Authorization.DENY);
    }

    @Test
    void warnsWhenOthersMayReadTheUsers() throws Exception {
        Files.writeString(users, "");
        FakeContext context = start(FAST);
        assertThat(context.logged()).anyMatch(line -> line.startsWith("WARNING") && line.contains("0600"));
    }

    @Test
    void doesNotStartWithoutRulesOrWithWrongFiles() throws Exception {
        Files.writeString(acl, "{allow}.");
        assertThatThrownBy(() -> start(FAST))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("acl.conf:1:1");
        Files.delete(acl);
        assertThatThrownBy(() -> start(FAST))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("There is no file of access rules at " + acl);
    }

    @Test
    void reportsAllWrongSettingsTogether() {
        Map<String, String> settings = Map.of(
                "iterations", "10",
                "unknown_user", "maybe",
                "cache_ttl", "soon",
                "acl_deny", "never",
                "acl_file", "x");
        assertThatThrownBy(() -> start(settings))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("plugin.auth-file.iterations: is '10'; expected a whole number from 1000")
                .hasMessageContaining("plugin.auth-file.unknown_user: is 'maybe'; expected one of deny, ignore")
                .hasMessageContaining("plugin.auth-file.cache_ttl: is 'soon'; expected a time from 0s to 1d")
                .hasMessageContaining("plugin.auth-file.acl_deny: is 'never'; expected one of literal, overlap")
                .hasMessageContaining("plugin.auth-file.acl_file: there is no such setting; expected one of acl, ");
    }

    @Test
    void describesItsCommands() throws Exception {
        FakeContext context = start(FAST);
        List<String> forms = context.commands().stream()
                .flatMap(command -> command.usages().stream())
                .map(usage -> usage.form())
                .toList();
        assertThat(forms).contains("users add <Name> <Password>", "users list", "acl reload");
    }

    private FakeContext start(Map<String, String> settings) throws PluginException {
        FakeContext context = new FakeContext(home, settings);
        new AuthFilePlugin().start(context);
        return context;
    }

    private static AuthenticationResult authenticate(FakeContext context, String userName, String password) {
        Credentials credentials = new Credentials(userName, password.getBytes(StandardCharsets.UTF_8));
        return context.authenticators()
                .get(0)
                .authenticate(Clients.client("c", userName), credentials)
                .toCompletableFuture()
                .join();
    }

    private static Authorization authorize(FakeContext context) {
        AccessRequest request = new AccessRequest.Publish(TopicName.of("a"), Qos.AT_MOST_ONCE, false);
        return context.authorizers()
                .get(0)
                .authorize(Clients.client("c", null), request)
                .toCompletableFuture()
                .join();
    }
}
